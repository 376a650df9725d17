import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { cluster } from "../../config/cluster";
import { FakeHost } from "./fake-host";

let host: FakeHost;
beforeEach(() => (host = new FakeHost()));
afterEach(() => host.remove());

const STATE = "var/lib/kubeadm-cluster";

test("pulumi up is told all errors of a host at once, and no warning", () => {
    host.file("proc/1/comm", "init\n");
    host.file("proc/swaps", "Filename Type\n/dev/sda2 partition 1 0 -2\n");
    host.program("nproc", "echo 1");
    const { status, stdout, stderr } = host.check(cluster(), "stop");
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.equal(
        stderr,
        "master is not as Kubernetes needs it: 2 problem(s); nothing was changed on it\n" +
            "  systemd: process 1 is init; wanted: systemd. take a host that runs systemd\n" +
            "  processors: 1; wanted: 2 for a control plane. give the host more processors\n",
    );
});

describe("a node of this program", () => {
    const takenAndLittle = () => {
        host.file("proc/net/tcp", "  sl\n   0: 00000000:280A 00000000:0000 0A\n");
        host.file("etc/kubernetes/kubelet.conf", "ours");
        host.file("sys/class/net/cni0/address", "");
        host.program("df", "printf 'Filesystem MB Used Available\\n/dev/sda 9000 1 100\\n'");
        host.program("curl", "printf 000; exit 7");
        host.program("systemctl", `[ "$2 $3" = "is-active kubelet" ] || exit 3`);
    };

    test("that lives: nothing keeps pulumi up from tending to it", () => {
        takenAndLittle();
        for (const marker of ["joining", "joined"]) host.file(`${STATE}/${marker}`, "");
        host.file(`${STATE}/kubernetes-version`, "v1.32.0\n");
        const { status, stdout, stderr } = host.check(cluster(), "stop");
        assert.deepEqual([status, stdout, stderr], [0, "", ""]);
        const checks = host.findings(cluster()).map((finding) => finding.split(":")[0]);
        assert.deepEqual(
            [...new Set(checks)],
            ["warning disk space", "warning cni-plugins", "warning registry.k8s.io", "warning docker.io"],
        );
    });

    test("its own CNI file is no obstacle; another one that comes before it is told of, and stops no node that lives", () => {
        host.file(`${STATE}/cluster-identity`, "");
        host.file("etc/cni/net.d/10-weave.conflist", '{"plugins":[{"type":"weave-net"}]}');
        host.file("etc/cni/net.d/87-podman.conflist", "{}");
        assert.deepEqual(host.findings(cluster()), []);
        host.file("etc/cni/net.d/05-cilium.conflist", "{}");
        const { status, stderr } = host.check(cluster(), "stop");
        assert.equal(status, 1);
        assert.match(
            stderr,
            /CNI file: \/etc\/cni\/net\.d\/05-cilium\.conflist; wanted: none that sorts before 10-weave\.conflist: .* rm \/etc\/cni\/net\.d\/05-cilium\.conflist$/m,
        );
        host.file(`${STATE}/joined`, "");
        assert.deepEqual(host.findings(cluster()), ["warning CNI file: /etc/cni/net.d/05-cilium.conflist"]);
        assert.equal(host.check(cluster(), "stop").status, 0);
    });

    test("that a killed run left half-way: its own ports and files are no obstacle, lacks still are", () => {
        takenAndLittle();
        host.file(`${STATE}/cluster-identity`, "");
        const checks = host.findings(cluster()).map((finding) => finding.split(":")[0]);
        assert.deepEqual(
            [...new Set(checks)],
            ["error disk space", "error binaries", "error cni-plugins", "error registry.k8s.io", "error docker.io"],
        );
    });
});

describe("section 1: a check that stumbles is an error, is told of, and hides no other one", () => {
    const stumble = () => {
        host.program("df", "echo 'df: cannot read the table of mounts' >&2; exit 1");
        host.file("etc/kubernetes/kubelet.conf", "not ours");
        host.program("nproc", "exit 3");
    };

    test("in a report", () => {
        stumble();
        assert.deepEqual(host.findings(cluster()), [
            "error size: this check failed: it gave no reason",
            "error space: this check failed: df: cannot read the table of mounts",
            "error earlier cluster: /etc/kubernetes/kubelet.conf",
        ]);
    });

    test("before an up", () => {
        stumble();
        const { status, stderr } = host.check(cluster(), "stop");
        assert.equal(status, 1);
        assert.match(stderr, /3 problem\(s\); nothing was changed on it\n {2}size: this check failed/);
    });
});
