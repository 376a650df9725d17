import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { fill, noMounts, runCramped } from "./cramped-host";
import { ScriptHost } from "./script-host";

const INPUTS = { NODE_NAME: "worker-1", NODE_IP: "10.0.0.11", ENDPOINT_HOST: "api", ENDPOINT_IP: "10.0.0.5" };
const OWN = "10.0.0.11 worker-1 # kubeadm-cluster\n10.0.0.5 api # kubeadm-cluster\n";
const THEIRS = "127.0.0.1 localhost\n\t10.0.0.9  db # kubeadm-cluster's database\n# \\t $(id)\n\n\n";
const MARK = "var/lib/kubeadm-cluster/restart-kube-proxy";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.program("ctr", "");
    host.write("etc/hosts", THEIRS);
    host.driver(
        Object.keys(INPUTS),
        `. "$here/prepare-hosts.sh"
echo went on
`,
    );
});
afterEach(() => host.remove());
const prepare = (inputs: Partial<typeof INPUTS> = {}) => host.run("driver.sh", [], { ...INPUTS, ...inputs });

test("1: on a full disk /etc/hosts stays as it was, and the step fails naming it", { skip: noMounts }, () => {
    const { status, stdout, stderr, seen } = runCramped(
        host,
        "driver.sh",
        fill("etc"),
        INPUTS,
        'cat "$ROOT/etc/hosts"',
    );
    assert.equal(seen, THEIRS);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /No space left on device[^]*\/etc\/hosts could not be written and is as it was/);
});

test("case 31: an /etc/hosts that cannot be replaced ends the step", { skip: noMounts }, () => {
    const held = 'mount --bind "$ROOT/etc/hosts" "$ROOT/etc/hosts"';
    const { status, stdout, stderr } = runCramped(host, "driver.sh", held, INPUTS, ":");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /\/etc\/hosts could not be written and is as it was/);
});

test("lines of others stay byte for byte, however often it is run", () => {
    for (const run of ["first", "second", "third"]) {
        const { status, stderr } = prepare();
        assert.equal(status, 0, `${run}: ${stderr}`);
        assert.equal(host.read("etc/hosts"), THEIRS + OWN);
    }
    host.write("etc/hosts", "127.0.0.1 localhost");
    prepare({ ENDPOINT_HOST: "", ENDPOINT_IP: "" });
    assert.equal(host.read("etc/hosts"), "127.0.0.1 localhost\n10.0.0.11 worker-1 # kubeadm-cluster\n");
});

test("kube-proxy is told of an endpoint that has moved; where containerd cannot be asked the next run tells it", () => {
    prepare();
    host.program("ctr", "exit 1");
    assert.equal(prepare({ ENDPOINT_IP: "10.0.0.6" }).status, 1);
    assert.notEqual(host.read(MARK), undefined);
    host.program(
        "ctr",
        'case "$*" in *containers*) printf "one\\nother\\n" ;; *tasks\\ list*) printf "one\\nforeign\\n" ;; esac',
    );
    const { status, stderr } = prepare({ ENDPOINT_IP: "10.0.0.6" });
    assert.equal(status, 0, stderr);
    assert.deepEqual(
        host.calls.filter((call) => call.includes(" kill ")),
        ["ctr -n k8s.io tasks kill --signal SIGTERM one"],
    );
    assert.equal(host.read(MARK), undefined);
});
