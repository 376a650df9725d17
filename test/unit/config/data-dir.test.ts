import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { raw } from "./cluster";

const DEVICES = [{ name: "worker-1", devices: [{ path: "/dev/sdb" }] }];

function problems(dataDir: unknown): string[] {
    const storage = { addOn: "rook", ceph: { dataDir }, nodes: DEVICES };
    return (validateConfig({ ...raw(), storage }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
}

test("Ceph's files lie in a directory of their own", () => {
    for (const path of [
        "/var/lib/rook",
        "/var/lib/my-rook",
        "/data/rook",
        "/srv/ceph/rook",
        "/mnt/disk/rook",
        "/opt/rook",
    ])
        assert.deepEqual(problems(path), [], path);
});

test("no directory of the system or of the cluster, and none that holds one, is emptied by a destroy", () => {
    const system = [
        "/",
        "/var",
        "/var/lib",
        "/etc",
        "/etc/kubernetes",
        "/etc/anything",
        "/usr",
        "/usr/local/rook",
        "/home",
    ];
    const more = [
        "/home/me",
        "/root",
        "/root/rook",
        "/boot",
        "/opt",
        "/proc",
        "/sys/fs",
        "/dev/rook",
        "/run",
        "/run/rook",
    ];
    const own = [
        "/var/lib/etcd",
        "/var/lib/etcd/member",
        "/var/lib/kubelet",
        "/var/lib/containerd",
        "/var/lib/dpkg/info",
    ];
    const others = [
        "/tmp",
        "/tmp/rook",
        "/var/log",
        "/var/log/ceph",
        "/var/lib/kubeadm-cluster",
        "/opt/kubeadm-cluster",
    ];
    const top = [
        "/opt/cni/bin",
        "/data",
        "/srv",
        "/mnt",
        "/var/rook",
        "/var/lib/docker",
        "/var/lib/systemd",
        "/lib64/x",
    ];
    for (const path of [...system, ...more, ...own, ...others, ...top]) {
        const found = problems(path);
        assert.equal(found.length, 1, `${path}: ${found.join()}`);
        assert.match(found[0] ?? "", /^storage\.ceph\.dataDir: /, path);
    }
});

test("a path that is read in more than one way is refused", () => {
    const ways = [
        "/..",
        "/var/lib/rook/..",
        "/data/../etc",
        "/data/./rook",
        "//data/rook",
        "/data//rook",
        "/data/rook/",
    ];
    for (const path of [
        ...ways,
        "data/rook",
        "",
        "/data/ro ok",
        "/data/rook\n",
        "/data/\u0000",
        "/data/rook\t",
        "/data/*",
        7,
    ])
        assert.equal(problems(path).length, 1, JSON.stringify(path));
});
