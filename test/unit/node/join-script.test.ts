import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ScriptHost } from "./script-host";

const TOKEN = "abcdef.0123456789abcdef";
const INPUTS = {
    JOIN_CONFIGURATION: `kind: JoinConfiguration\ntoken: ${TOKEN}\nnodeRegistration:\n  name: worker-1\n`,
};

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.program(
        "kubeadm",
        'if [ "$1" = join ]; then cat "$3" >>"$ROOT/joined-with"; stat -c %a "$3" >>"$ROOT/modes"; fi',
    );
});
afterEach(() => host.remove());

const joining = () => host.run("join.sh", [], INPUTS);
const kubeadm = () => host.calls.filter((call) => call.startsWith("kubeadm")).map((call) => call.split(" ")[1]);

test("kubeadm gets the document in a file for root alone, which is gone afterwards; the token is in no argument", () => {
    const { status, stderr } = joining();
    assert.equal(status, 0, stderr);
    assert.deepEqual(kubeadm(), ["join"]);
    assert.equal(host.read("joined-with"), INPUTS.JOIN_CONFIGURATION);
    assert.equal(host.read("modes"), "600\n");
    assert.deepEqual(readdirSync(join(host.root, "run")), ["kubeadm-cluster.lock"]);
    assert.ok(!host.calls.join("\n").includes(TOKEN));
});

test("run again it does nothing but start a kubelet that does not run", () => {
    joining();
    assert.equal(joining().status, 0);
    const asked = /^kubectl --kubeconfig \S+kubelet.conf get node worker-1$/;
    const others = () => host.calls.filter((call) => !asked.test(call));
    assert.deepEqual(others(), ["systemctl -q is-active kubelet"]);
    host.program("systemctl", '[ "$1" = start ]');
    assert.equal(joining().status, 0);
    assert.deepEqual(others(), ["systemctl -q is-active kubelet", "systemctl start kubelet"]);
});

test("a join that fails at first is tried again, what it left behind being cleaned up before", () => {
    host.program(
        "kubeadm",
        `case $1 in
join) echo x >>"$ROOT/tries"; [ "$(wc -l <"$ROOT/tries")" -ge 3 ] || { touch "$ROOT/etc/kubernetes/kubelet.conf"; exit 1; } ;;
reset) rm -f "$ROOT/etc/kubernetes/kubelet.conf" ;;
esac`,
    );
    assert.equal(joining().status, 0);
    assert.deepEqual(kubeadm(), ["join", "reset", "join", "reset", "join"]);
});

test("a join that keeps failing says what kubeadm said, how often, and what to do; no token in it", () => {
    host.program("kubeadm", 'echo "error execution phase preflight: unreachable"; exit 1');
    const { status, stderr } = joining();
    assert.equal(status, 1);
    assert.equal(kubeadm().length, 4);
    assert.match(stderr, /unreachable/);
    assert.match(stderr, /this-host: kubeadm join failed 4 times; .*run pulumi up again/);
    assert.ok(!stderr.includes(TOKEN));
    assert.deepEqual(readdirSync(join(host.root, "run")), ["kubeadm-cluster.lock"]);
});

test("a join that fails because the kubelet ends says the kubelet's last error, not that it wants the settings still to come", () => {
    host.program("kubeadm", "exit 1");
    const wanting =
        'E1123 22:19:01.1 7 run.go:72] "command failed" err="failed to load kubelet config file, path: /var/lib/kubelet/config.yaml"';
    const ended = "kubelet.service: Main process exited, code=exited, status=1/FAILURE";
    const trouble =
        'E1123 22:20:11.5 9 kubelet.go:1632] "Failed to start cAdvisor" err="inotify_init: too many open files"';
    host.program("journalctl", "exit 1");
    assert.match(joining().stderr, /kubeadm join failed 4 times/);
    host.program("journalctl", `printf '%s\n' '${[wanting, ended].join("' '")}'`);
    assert.doesNotMatch(joining().stderr, /kubelet ended/);
    host.program("journalctl", `printf '%s\n' '${[wanting, ended, trouble, ended, wanting, ended].join("' '")}'`);
    const last =
        'this-host: the kubelet ended by itself; its last error: "Failed to start cAdvisor" err="inotify_init: too many open files"';
    assert.ok(joining().stderr.includes(`${last}\n`));
});

test("a node that was taken out of the cluster joins anew; one whose API server does not answer is left alone", () => {
    joining();
    host.write("etc/kubernetes/kubelet.conf", "");
    host.program("kubectl", 'echo "The connection to the server was refused" >&2; exit 1');
    joining();
    assert.deepEqual(kubeadm(), []);
    host.program("kubectl", 'echo "Error from server (NotFound): nodes \\"worker-1\\" not found" >&2; exit 1');
    const { status, stderr } = joining();
    assert.equal(status, 0, stderr);
    assert.deepEqual(kubeadm(), ["reset", "join"]);
});

test("a node of somebody else's cluster is left alone", () => {
    host.write("etc/kubernetes/kubelet.conf", "theirs");
    const { status, stderr } = joining();
    assert.equal(status, 1);
    assert.match(stderr, /already belongs to a Kubernetes cluster that this program did not make/);
    assert.deepEqual(host.calls, []);
});
