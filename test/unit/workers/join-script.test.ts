import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { EXPIRED_CERTIFICATE } from "../../doubles/expired-certificate";
import { ScriptHost } from "../hosts/script-host";

const TOKEN = "abcdef.0123456789abcdef";
const INPUTS = {
    NODE_NAME: "worker-1",
    JOIN_CONFIGURATION: `kind: JoinConfiguration\ntoken: ${TOKEN}\nnodeRegistration:\n  name: worker-1\n`,
};

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.program("ip", "");
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
    host.program("kubectl", "echo worker-1");
    assert.equal(joining().status, 0);
    const asked = /^kubectl --kubeconfig=\S+kubelet.conf get node worker-1 --ignore-not-found /;
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
    assert.match(stderr, /this-host: kubeadm join failed 4 times in \d+ s; .*run pulumi up again/);
    assert.ok(!stderr.includes(TOKEN));
    assert.deepEqual(readdirSync(join(host.root, "run")), ["kubeadm-cluster.lock"]);
});

test("case 28: a join that hangs ends before its step does, with kubeadm's last line and the kubelet's last error", () => {
    host.program("kubeadm", 'echo "[kubelet-check] waiting for a healthy kubelet"; exec /bin/sleep 60');
    const trouble = 'E1123 22:20:11.5 9 kubelet.go:1632] "Failed to start cAdvisor" err="no such device"';
    host.program(
        "journalctl",
        `printf '%s\n' '${trouble}' 'kubelet.service: Main process exited, code=exited, status=1/FAILURE'`,
    );
    const began = Date.now();
    const { status, stderr } = host.run("join.sh", [], INPUTS, { STEP_SECONDS: "52" });
    assert.equal(status, 1);
    assert.ok(Date.now() - began < 15_000);
    assert.match(stderr, /waiting for a healthy kubelet/);
    assert.match(stderr, /this-host: kubeadm did not come to its end within \d s and was ended; the whole log is in/);
    assert.match(
        stderr,
        /the kubelet ended by itself; its last error: "Failed to start cAdvisor" err="no such device"/,
    );
    assert.match(stderr, /kubeadm join failed \d times? in/);
    assert.doesNotMatch(stderr, /124|137/);
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
    // What --ignore-not-found makes of an API server that has no such Node.
    host.program("kubectl", "");
    const { status, stderr } = joining();
    assert.equal(status, 0, stderr);
    assert.deepEqual(kubeadm(), ["reset", "join"]);
});

/** The kubelet's certificate, good for so many days. */
const certificate = (days: number) => {
    const made = `openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days ${days} -subj /CN=worker-1 -keyout /dev/null`;
    host.write(PEM, spawnSync("sh", ["-c", made], { encoding: "utf8" }).stdout);
};

test("54: a Node that was deleted by hand comes back with the kubelet's next start; nothing joins, no token is needed", () => {
    joining();
    host.write("etc/kubernetes/kubelet.conf", `client-certificate: /${PEM}`);
    certificate(9);
    host.program("systemctl", 'case "$*" in "restart kubelet") touch "$ROOT/back" ;; esac');
    host.program("kubectl", `case "$*" in *machineID*) [ ! -e "$ROOT/back" ] || echo -n ${MACHINE} ;; esac`);
    const { status, stderr } = joining();
    assert.equal(status, 0, stderr);
    assert.match(stderr, /the Node worker-1 is gone from the cluster, and this host's kubelet is restarted/);
    assert.deepEqual(kubeadm(), []);
    assert.ok(
        host.calls.some((call) =>
            /annotate node --overwrite .* worker-1 -- kubeadm\.alpha\S+cri-socket=unix:/.test(call),
        ),
    );
});

test("57: a kubelet whose certificate has expired joins anew; one that the cluster still takes for Ready waits for that", () => {
    joining();
    host.write("etc/kubernetes/kubelet.conf", `client-certificate: /${PEM}`);
    host.write(PEM, EXPIRED_CERTIFICATE);
    host.program("kubectl", "exit 1");
    host.program(
        "kubeadm",
        `case $1 in
join) echo x >>"$ROOT/tries"; [ "$(wc -l <"$ROOT/tries")" -ge 7 ] || { echo 'a Node with name "worker-1" and status "Ready" already exists in the cluster'; exit 1; } ;;
esac`,
    );
    const { status, stderr } = joining();
    assert.equal(status, 0, stderr);
    assert.match(stderr, /this node's kubelet has no valid certificate any more, so it joins anew/);
    assert.equal(kubeadm().filter((verb) => verb === "join").length, 7);
});

test("a node of somebody else's cluster is left alone", () => {
    host.write("etc/kubernetes/kubelet.conf", "theirs");
    const { status, stderr } = joining();
    assert.equal(status, 1);
    assert.match(stderr, /already belongs to a Kubernetes cluster that this program did not make/);
    assert.deepEqual(host.calls, []);
});

const MACHINE = readFileSync("/etc/machine-id", "utf8").trim();
const SOCKET = "unix:///run/containerd/containerd.sock";
const PEM = "var/lib/kubelet/pki/kubelet-client-current.pem";
/** A worker that joined, whose mark the power took. */
const withoutMark = () => {
    host.write("var/lib/kubeadm-cluster/joining", "\n");
    host.write("etc/kubernetes/kubelet.conf", "own");
    const made =
        "openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=worker-1 -keyout /dev/null";
    host.write(PEM, spawnSync("sh", ["-c", made], { encoding: "utf8" }).stdout);
};

test("10: power loss that took the mark `joined` of a worker which the cluster knows as this machine does not reset it", () => {
    withoutMark();
    host.program("kubectl", `echo "worker-1 ${MACHINE} ${SOCKET}"`);
    const { status, stderr } = joining();
    assert.equal(status, 0, stderr);
    assert.deepEqual(kubeadm(), []);
    assert.notEqual(host.read("var/lib/kubeadm-cluster/joined"), undefined);
});

test("10: an API server that cannot be asked, or answers with an error, leads to no reset; the step says so and ends", () => {
    withoutMark();
    host.program("kubectl", 'echo "Error from server (InternalError): etcdserver: request timed out" >&2; exit 1');
    const { status, stderr } = joining();
    assert.equal(status, 1);
    assert.deepEqual(kubeadm(), []);
    assert.match(stderr, /etcdserver: request timed out/);
    assert.match(stderr, /this-host: whether this host is the cluster's node worker-1 cannot be asked, so it is left/);
});

test("a join that was cut off is done again: no such Node, one of another machine, one without its last step, no certificate", () => {
    for (const said of ["", `worker-1 ${"0".repeat(32)} ${SOCKET}`, `worker-1 ${MACHINE}`]) {
        withoutMark();
        host.program("kubectl", `echo "${said}"`);
        assert.equal(joining().status, 0);
        assert.deepEqual(kubeadm(), ["reset", "join"], said);
        host.clear("var/lib/kubeadm-cluster/joined");
    }
    withoutMark();
    host.write(PEM, "");
    host.program("kubectl", "exit 1");
    assert.equal(joining().status, 0);
    assert.deepEqual(kubeadm(), ["reset", "join"]);
});

test("1: a reset that fails before a join ends the step, and no join is tried", () => {
    withoutMark();
    host.program("kubectl", "");
    host.program("kubeadm", 'echo "cannot unmount"; exit 1');
    const { status, stderr } = joining();
    assert.equal(status, 1);
    assert.deepEqual(kubeadm(), ["reset"]);
    assert.match(stderr, /cannot unmount[^]*could not be cleared away/);
});

test("case 28: each attempt ends such that its reason is told before the step's own time is over", () => {
    host.program("kubeadm", '[ "$1" != join ] || { echo "waiting for the kubelet"; exec /bin/sleep 30; }');
    const { status, stderr } = host.run("join.sh", [], INPUTS, { STEP_SECONDS: "53" });
    assert.equal(status, 1);
    assert.match(
        stderr,
        /waiting for the kubelet[^]*kubeadm did not come to its end within \d+ s and was ended[^]*kubeadm join failed 1 times in \d+ s/,
    );
    assert.deepEqual(readdirSync(join(host.root, "run")), ["kubeadm-cluster.lock"]);
});

test("6: a token that a killed join left in memory goes with the next run", () => {
    for (const left of ["kubeadm-cluster-join", "kubeadm-cluster-join.aB3dE6"]) host.write(`run/${left}`, TOKEN);
    host.write("var/lib/kubeadm-cluster/joined", "\n");
    host.program("kubectl", "echo worker-1");
    assert.equal(joining().status, 0);
    assert.deepEqual(readdirSync(join(host.root, "run")), ["kubeadm-cluster.lock"]);
});
