import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { kubectlCalls } from "./kubectl-calls";
import { ScriptHost } from "../hosts/script-host";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("var/lib/kubeadm-cluster/initialised", "");
});
afterEach(() => host.remove());

const taint = (lines: string, more: Record<string, string> = {}) => {
    const { status, stderr } = host.run("taint.sh", ["worker-1"], { TAINTS: lines, ...more });
    assert.equal(status, 0, stderr);
    return kubectlCalls(host)
        .slice(1)
        .map((call) => call.replace("taint --overwrite node worker-1 -- ", ""));
};
/** The Node has these taints; its kubelet may write what it likes into the annotation. */
const node = (...present: string[]) =>
    host.program(
        "kubectl",
        `case "$*" in *readyz*) echo -n ok ;; *"get node"*) printf '%s\\n' node ${present.map((one) => `'${one}'`).join(" ")} ;; esac`,
    );
const RECORD = "var/lib/kubeadm-cluster/taints/worker-1";

test("removes what was declared before and is not any more, sets what is declared now, touches nothing else", () => {
    host.write(RECORD, "gpu=yes:NoExecute\ndisk=:NoSchedule\n");
    node("gpu=yes:NoExecute", "by-hand=x:NoExecute");
    assert.deepEqual(taint("disk=:NoSchedule\nnew=1:PreferNoSchedule"), [
        ...["gpu:NoExecute-", "disk=:NoSchedule", "new=1:PreferNoSchedule"],
    ]);
    assert.equal(host.read(RECORD), "disk=:NoSchedule\nnew=1:PreferNoSchedule\n");
});

test("without a record nothing is removed, but what kubeadm itself sets; the record says what differs from that", () => {
    node("gpu=yes:NoExecute", "node-role.kubernetes.io/control-plane=:NoSchedule");
    assert.deepEqual(taint(""), []);
    assert.equal(host.read(RECORD), undefined);
    const first = { FIRST_TAINTS: "node-role.kubernetes.io/control-plane=:NoSchedule" };
    assert.deepEqual(taint("", first), ["node-role.kubernetes.io/control-plane:NoSchedule-"]);
    assert.equal(host.read(RECORD), "\n");
});

test("what a kubelet can write decides nothing, and no value becomes a flag or a file name (finding 5)", () => {
    host.program(
        "kubectl",
        `case "$*" in *readyz*) echo -n ok ;; *annotations*) printf 'by-hand=x:NoExecute,-shttps://192.0.2.1=:NoSchedule\\nnode\\nby-hand=x:NoExecute\\n' ;; *"get node"*) printf 'node\\nby-hand=x:NoExecute\\n' ;; esac`,
    );
    assert.deepEqual(taint("a=*:NoSchedule\n-s=x:NoExecute"), ["a=*:NoSchedule", "-s=x:NoExecute"]);
});

test("a taint that is there already is not set again; with another value it is replaced and never away", () => {
    host.write(RECORD, "disk=:NoSchedule\ngpu=yes:NoExecute\n");
    node("disk=:NoSchedule", "gpu=yes:NoExecute", "other=x:NoExecute");
    assert.deepEqual(taint("disk=:NoSchedule\ngpu=no:NoExecute"), ["gpu=no:NoExecute"]);
});

test("a removal that fails is an error, and the next run knows of it (finding 6)", () => {
    host.write(RECORD, "gpu=yes:NoExecute\n");
    host.program(
        "kubectl",
        `case "$*" in *readyz*) echo -n ok ;; *"get node"*) printf 'node\\ngpu=yes:NoExecute\\n' ;; *NoExecute-) exit 1 ;; esac`,
    );
    const { status, stderr } = host.run("taint.sh", ["worker-1"], { TAINTS: "" });
    assert.equal(status, 1);
    assert.match(stderr, /the taint gpu:NoExecute of worker-1 could not be changed/);
    node("gpu=yes:NoExecute");
    assert.deepEqual(taint(""), ["gpu:NoExecute-"]);
});

test("a Node that is not there, and one that cannot be asked for, are errors of their own", () => {
    host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; esac');
    const run = () => host.run("taint.sh", ["worker-1"], { TAINTS: "" });
    assert.match(run().stderr, /worker-1 is no Node of the cluster/);
    host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *) exit 1 ;; esac');
    assert.equal(run().status, 1);
});

test("none takes back what was declared; of a Node that is gone it only forgets that", () => {
    const none = () => host.run("taint.sh", ["worker-1", "none"], { TAINTS: "gpu=yes:NoExecute" });
    host.write(RECORD, "gpu=yes:NoExecute\n");
    node("gpu=yes:NoExecute", "by-hand=x:NoExecute");
    assert.equal(none().status, 0);
    assert.match(kubectlCalls(host).at(-1) ?? "", /-- gpu:NoExecute-$/);
    assert.equal(host.read(RECORD), "\n");
    // Nothing at all is no answer: the list has this node at least.
    host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; esac');
    assert.notEqual(none().status, 0);
    assert.equal(host.read(RECORD), "\n");
    host.program("kubectl", 'case "$*" in *readyz*) echo -n ok ;; *"get nodes"*) echo node/master ;; esac');
    assert.equal(none().status, 0);
    assert.equal(host.read(RECORD), undefined);
});
