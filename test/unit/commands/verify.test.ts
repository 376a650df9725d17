import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { hostDifferences, nodeDifferences } from "../../../commands/verify/differences";
import { cluster } from "../config/cluster";
import { ScriptHost } from "../hosts/script-host";

describe("what the control plane says of the nodes", () => {
    const worker = (number: number, settings: object = {}) => ({
        name: `worker-${number}`,
        role: "worker",
        address: `192.168.33.1${number}`,
        ...settings,
    });
    const config = cluster({
        nodes: [
            { name: "master", role: "control-plane", address: "192.168.33.10" },
            worker(1, { labels: { disk: "ssd", zone: "a" }, taints: [{ key: "gpu", effect: "NoSchedule" }] }),
            worker(2, { gone: true }),
            worker(3),
        ],
    });
    const master = 'kubeadm-cluster> node\tmaster\t{"a":"b"}\tnode-role.kubernetes.io/control-plane=:NoSchedule,';
    const third = "kubeadm-cluster> node\tworker-3\t{}\t";

    test("labels and taints of others are no difference", () => {
        const first =
            'kubeadm-cluster> node\tworker-1\t{"disk":"ssd","zone":"a","x":"y"}\tgpu=:NoSchedule,node.kubernetes.io/unreachable=:NoExecute,';
        assert.deepEqual(nodeDifferences(config, [master, first, third].join("\n")), []);
    });

    test("labels, taints and nodes that are missing, or there although gone", () => {
        const second = "kubeadm-cluster> node\tworker-2\t{}\t";
        const report = [master, 'kubeadm-cluster> node\tworker-1\t{"disk":"hdd"}\t', second].join("\n");
        assert.deepEqual(nodeDifferences(config, report), [
            { node: "worker-1", what: "label disk", found: "hdd", wanted: "ssd" },
            { node: "worker-1", what: "label zone", found: "missing", wanted: "a" },
            { node: "worker-1", what: "taint", found: "missing", wanted: "gpu=:NoSchedule" },
            { node: "worker-2", what: "Node", found: "there", wanted: "gone" },
            { node: "worker-3", what: "Node", found: "missing", wanted: "there" },
        ]);
    });
});

test("section 5: a host's own differences are its marked lines of that kind, without escape sequences", () => {
    const greeting = "difference\tthis is a greeting\tno\tanswer\n";
    const report = `${greeting}kubeadm-cluster> difference\tunit kubelet\tinactive\u001b[1m\tactive\nkubeadm-cluster> node\tx\t{}\t\n`;
    assert.deepEqual(hostDifferences("worker-1", report), [
        { node: "worker-1", what: "unit kubelet", found: "inactive", wanted: "active" },
    ]);
});

describe("verify.sh", () => {
    let host: ScriptHost;
    const file = () => `${host.root}/etc/kubernetes/settings`;
    beforeEach(() => {
        host = new ScriptHost();
        host.program("kubelet", 'echo "Kubernetes v1.32.0"');
        host.program("kubeadm", "echo v1.32.0");
        host.program("systemctl", "case $1 in is-active) echo active ;; is-enabled) echo enabled ;; esac");
        host.program("kubectl", "exit 1");
        host.write("etc/kubernetes/settings", "a\n");
        host.write(`var/lib/kubeadm-cluster/wrote${file()}`, `${"0".repeat(64)}  -\n`);
    });
    afterEach(() => host.remove());
    const look = (version: string) =>
        host.run("verify.sh", [], { KUBERNETES_VERSION: version, CLUSTER_CONFIGURATION: "" });

    test("names versions, units and files that differ, and changes nothing", () => {
        host.program("systemctl", "case $1 in is-active) echo failed; exit 3 ;; is-enabled) echo enabled ;; esac");
        const { status, stdout, stderr } = look("v1.33.0");
        assert.equal(status, 0, stderr);
        const lines = stdout.split("\n").filter((line) => !line.includes("kernel setting"));
        assert.deepEqual(lines, [
            "kubeadm-cluster> difference\tversion of kubelet\tv1.32.0\tv1.33.0",
            "kubeadm-cluster> difference\tversion of kubeadm\tv1.32.0\tv1.33.0",
            "kubeadm-cluster> difference\tunit containerd\tfailed\tactive",
            "kubeadm-cluster> difference\tunit kubelet\tfailed\tactive",
            `kubeadm-cluster> difference\tfile ${file()}\tchanged\tas it was written`,
            "kubeadm-cluster> difference\tthe API server, asked by this kubelet\tno answer\tan answer",
            "",
        ]);
        assert.equal(host.read("etc/kubernetes/settings"), "a\n");
    });

    test("another stack's identity is refused before anything is looked at", () => {
        host.write("var/lib/kubeadm-cluster/stack", "the-other\n");
        const inputs = { KUBERNETES_VERSION: "v1.32.0", CLUSTER_CONFIGURATION: "", STACK_IDENTITY: "the-own" };
        const { status, stdout, stderr } = host.run("verify.sh", [], inputs);
        assert.deepEqual([status, stdout, host.calls], [1, "", []]);
        assert.match(stderr, /belongs to the stack with the identity the-other, and this stack's is the-own/);
    });

    test("a file that is gone is missing", () => {
        host.write(`var/lib/kubeadm-cluster/wrote${file()}-gone`, `${"0".repeat(64)}  -\n`);
        assert.match(look("v1.32.0").stdout, /settings-gone\tmissing\t/);
    });

    test("programs and settings that cannot be asked are no equals, and what a killed look has left goes", () => {
        host.program("kubelet", "exit 1");
        host.program("systemctl", "exit 1");
        host.write("run/kubeadm-cluster-verify.1000000/kubeadm.yaml", "");
        const { status, stdout } = look("v1.32.0");
        assert.equal(status, 0);
        assert.match(stdout, /version of kubelet\tno answer of kubelet --version\tv1\.32\.0/);
        assert.match(stdout, /unit kubelet\tno answer of systemctl\tactive/);
        assert.deepEqual(host.files("run"), []);
    });
});
