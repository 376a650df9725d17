import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { cluster } from "../../config/cluster";
import { ADDRESSES, FakeHost } from "./fake-host";

let host: FakeHost;
beforeEach(() => (host = new FakeHost()));
afterEach(() => host.remove());

const CONFIG_GZ = (...options: string[]) => `printf '${options.map((option) => `CONFIG_${option}\\n`).join("")}'`;
const ROOK = {
    addOn: "rook",
    nodes: [{ name: "master", devices: [{ path: "/dev/null-of-nobody" }] }],
    operator: { allowLoopDevices: true },
};

interface Case {
    what: string;
    spoil: () => void;
    /** Settings that differ from the defaults. */
    settings?: Record<string, unknown>;
    /** All findings there are, as "SEVERITY CHECK: FOUND". */
    expect: string[];
    /** The worker is looked at, instead of the control plane. */
    worker?: true;
}

const curlRefuses = (part: string) =>
    `case "$*" in *${part}*) echo 'curl: (7) Failed to connect' >&2; printf 000; exit 7 ;; *) printf 200 ;; esac`;

const CASES: Case[] = [
    { what: "a host without fault", spoil: () => undefined, expect: [] },
    {
        what: "another init system",
        spoil: () => host.file("proc/1/comm", "init\n"),
        expect: ["error systemd: process 1 is init"],
    },
    {
        what: "an architecture without binaries",
        spoil: () => host.program("uname", 'case "$1" in -m) echo armv7l ;; *) echo 6.1.0 ;; esac'),
        expect: ["error architecture: armv7l"],
    },
    {
        what: "an old distribution",
        spoil: () => host.file("etc/os-release", 'ID=ubuntu\nVERSION_ID="18.04"\n'),
        expect: ["error system: ubuntu 18.04"],
    },
    {
        what: "an old kernel",
        spoil: () => {
            host.program("uname", 'case "$1" in -m) echo x86_64 ;; *) echo 4.18.0-553.el8 ;; esac');
            host.file("proc/config.gz", "");
            host.program("zcat", CONFIG_GZ("NETFILTER_XT_SET=y", "VXLAN=y"));
        },
        expect: ["error system: Linux 4.18.0-553.el8"],
    },
    {
        what: "one processor and little memory on the control plane",
        spoil: () => {
            host.program("nproc", "echo 1");
            host.file("proc/meminfo", "MemTotal:        1024000 kB\n");
        },
        expect: ["error processors: 1", "error memory: 1000 MB"],
    },
    {
        what: "the same on a worker is enough",
        spoil: () => {
            host.program("nproc", "echo 1");
            host.file("proc/meminfo", "MemTotal:        1024000 kB\n");
            host.program("ip", ADDRESSES("192.168.33.11"));
        },
        worker: true,
        expect: [],
    },
    {
        what: "swap, which pulumi up switches off",
        spoil: () => host.file("proc/swaps", "Filename Type\n/dev/sda2 partition 1 0 -2\n"),
        expect: ["warning swap: on: /dev/sda2"],
    },
    {
        what: "swap that is wanted",
        spoil: () => host.file("proc/swaps", "Filename Type\n/dev/sda2 partition 1 0 -2\n"),
        settings: { kubernetes: { kubelet: { failSwapOn: false } } },
        expect: [],
    },
    {
        what: "cgroups of version 1 before Kubernetes 1.35",
        spoil: () => host.program("stat", "echo tmpfs"),
        expect: ["warning cgroups: version 1"],
    },
    {
        what: "cgroups of version 1 with Kubernetes 1.35",
        spoil: () => host.program("stat", "echo tmpfs"),
        settings: { kubernetes: { version: "1.35.0" } },
        expect: ["error cgroups: version 1"],
    },
    {
        what: "an address that the host does not have",
        spoil: () => host.program("ip", "echo '2: eth0    inet 10.0.0.9/24 scope global eth0'"),
        expect: ["error address: no interface has 192.168.33.10"],
    },
    {
        what: "a kernel whose modules are not installed",
        spoil: () => {
            host.file("proc/sys/net/bridge", undefined);
            host.file("lib/modules/6.1.0/modules.dep", "kernel/fs/fuse.ko:\n");
        },
        expect: ["error kernel: no br_netfilter", "warning kernel: no vxlan"],
    },
    {
        what: "a kernel that tells nothing of itself: no false error",
        spoil: () => host.file("lib/modules", undefined),
        expect: [
            "warning kernel: cannot tell whether xt_set is there: no kernel configuration, no list of modules",
            "warning kernel: cannot tell whether vxlan is there: no kernel configuration, no list of modules",
        ],
    },
    {
        what: "a kernel without loadable modules",
        spoil: () => {
            host.file("lib/modules", undefined);
            host.file("proc/net/ip_tables_names", undefined);
            host.program("zcat", CONFIG_GZ("NF_TABLES=y", "NETFILTER_XT_SET=y", "VXLAN=y"));
        },
        expect: [],
    },
    {
        what: "a kernel without a packet filter",
        spoil: () => host.file("proc/net/ip_tables_names", undefined),
        expect: ["error kernel: no ip_tables or nf_tables"],
    },
    {
        what: "block storage without rbd",
        spoil: () => undefined,
        settings: { storage: ROOK },
        expect: ["error kernel: no rbd", "error storage device: /dev/null-of-nobody does not exist"],
    },
    {
        what: "Weave with iptables on nf_tables",
        spoil: () => host.program("iptables", "echo 'iptables v1.8.9 (nf_tables)'"),
        expect: ["warning iptables: iptables v1.8.9 (nf_tables)"],
    },
    {
        what: "Flannel with iptables on nf_tables",
        spoil: () => host.program("iptables", "echo 'iptables v1.8.9 (nf_tables)'"),
        settings: { network: { addOn: "flannel" } },
        expect: [],
    },
    {
        what: "ports taken, by a process that ss names and by one that it does not",
        spoil: () => {
            host.file("proc/net/tcp6", "  sl\n   0: 00000000000000000000000000000000:280A 0:0 0A\n");
            host.file("proc/net/udp", "  sl\n   0: 00000000:1A7F 00000000:0000 07\n");
            host.program("ss", `case "$*" in *10250*) echo 'LISTEN users:(("nginx",pid=812,fd=6))' ;; esac`);
        },
        expect: [
            "error port 10250: nginx (process 812) listens on tcp 10250",
            "error port 6783: something listens on udp 6783",
        ],
    },
    {
        what: "a connection from a node's port is no listener",
        spoil: () => host.file("proc/net/tcp", "  sl\n   0: 00000000:280A 00000000:0016 01\n"),
        expect: [],
    },
    {
        what: "an endpoint that does not resolve",
        spoil: () => host.program("getent", 'case "$*" in *invalid*) exit 2 ;; esac'),
        settings: { kubernetes: { controlPlaneEndpoint: "k8s.example.invalid" } },
        expect: ["error names: k8s.example.invalid does not resolve"],
    },
    {
        what: "a host that does not know its own name",
        spoil: () => host.program("getent", "exit 2"),
        expect: ["warning names: this host's own name this-host does not resolve"],
    },
    {
        what: "little room",
        spoil: () => host.program("df", "printf 'Filesystem MB Used Available\\n/dev/sda 9000 1 1500\\n'"),
        expect: [
            "error disk space: 1500 MB free at /var/lib/containerd",
            "warning disk space: 1500 MB free at /var/lib/kubelet",
            "warning disk space: 1500 MB free at /var/lib/etcd",
        ],
    },
    {
        what: "an earlier cluster and its networks",
        spoil: () => {
            host.file("etc/kubernetes/kubelet.conf", "theirs");
            host.file("sys/class/net/cni0/address", "");
            host.file("etc/cni/net.d/87-podman.conflist", "{}");
        },
        expect: [
            "error earlier cluster: /etc/kubernetes/kubelet.conf",
            "error earlier network: the interface cni0",
            "warning earlier network: /etc/cni/net.d/87-podman.conflist",
        ],
    },
    {
        what: "CNI files of other networks that containerd would take before Flannel's",
        settings: { network: { addOn: "flannel" } },
        spoil: () => {
            host.file("etc/cni/net.d/05-cilium.conflist", '{"plugins":[{"type":"cilium-cni"}]}');
            host.file("etc/cni/net.d/.00-hidden.conf", "{}");
            host.file("etc/cni/net.d/10-calico.json", "{}");
            host.file("etc/cni/net.d/05-cilium.conflist.bak", "{}");
            host.file("etc/cni/net.d/README", "");
        },
        expect: [
            "error CNI file: /etc/cni/net.d/05-cilium.conflist",
            "error CNI file: /etc/cni/net.d/10-calico.json",
            "error CNI file: /etc/cni/net.d/.00-hidden.conf",
        ],
    },
    {
        what: "the same files before Weave's, and one of the same network that was put there by hand",
        spoil: () => {
            host.file("etc/cni/net.d/10-flannel.conflist", '{"plugins":[{"type":"flannel"}]}');
            host.file("etc/cni/net.d/05-mine.conflist", '{"plugins": [{"type": "weave-net"}]}');
            host.file("etc/cni/net.d/10-weave.conflist", "{}");
            host.file("etc/cni/net.d/99-loopback.conf", '{"type":"loopback"}');
        },
        expect: [
            "warning earlier network: /etc/cni/net.d/99-loopback.conf",
            "warning earlier network: /etc/cni/net.d/05-mine.conflist",
            "error CNI file: /etc/cni/net.d/10-flannel.conflist",
            "warning earlier network: /etc/cni/net.d/10-weave.conflist",
        ],
    },
    {
        what: "any CNI file where the user brings the network",
        settings: { network: { addOn: "none" } },
        spoil: () => host.file("etc/cni/net.d/05-cilium.conflist", "{}"),
        expect: [],
    },
    {
        what: "no interface of the configured name",
        settings: { network: { addOn: "flannel", interface: "eth1" } },
        spoil: () => undefined,
        expect: ["error card: no interface eth1 with an IPv4 address; there are: eth0"],
    },
    {
        what: "the interface of the configured name",
        settings: { network: { addOn: "flannel", interface: "eth0" } },
        spoil: () => undefined,
        expect: [],
    },
    {
        what: "etcd's directory: what is in it but the lost+found of a disk",
        spoil: () => {
            host.file("var/lib/etcd/lost+found/a", "");
            host.file("var/lib/etcd/backup.db", "theirs");
        },
        expect: ["warning etcd's directory: /var/lib/etcd holds backup.db"],
    },
    {
        what: "case 33: etcd's directory with a lost+found alone",
        spoil: () => host.file("var/lib/etcd/lost+found/a", ""),
        expect: [],
    },
    {
        what: "a kubelet of somebody else",
        spoil: () => host.program("systemctl", `[ "$2 $3" = "is-active kubelet" ] || exit 3`),
        expect: ["error earlier cluster: a running kubelet"],
    },
    {
        what: "a version that the mirror does not have",
        spoil: () => host.program("curl", 'case "$*" in *kubeadm.sha256*) printf 404 ;; *) printf 200 ;; esac'),
        expect: ["error binaries: https://dl.k8s.io/v1.32.0/bin/linux/amd64/kubeadm.sha256: 404"],
    },
    {
        what: "a registry that asks for a login answers",
        spoil: () => host.program("curl", 'case "$*" in */v2/) printf 401 ;; *) printf 200 ;; esac'),
        expect: [],
    },
    {
        what: "a registry that does not answer",
        spoil: () => host.program("curl", curlRefuses("registry.k8s.io")),
        expect: ["error registry.k8s.io: https://registry.k8s.io/v2/: curl: (7) Failed to connect"],
    },
    {
        what: "one of two mirrors that does not answer, and one of a registry that the cluster does not use",
        spoil: () => host.program("curl", curlRefuses("dead")),
        settings: {
            mirrors: { registries: { "docker.io": ["http://dead:1", "http://lives:1"], "gcr.io": ["http://dead:2"] } },
        },
        expect: [
            "warning docker.io: http://dead:1/v2/: curl: (7) Failed to connect",
            "warning gcr.io: http://dead:2/v2/: curl: (7) Failed to connect",
        ],
    },
    {
        what: "a registry whose images are on the host already",
        spoil: () => {
            host.program("curl", curlRefuses("registry.k8s.io"));
            host.program("ctr", "echo registry.k8s.io/pause:3.10");
        },
        expect: ["warning registry.k8s.io: https://registry.k8s.io/v2/: curl: (7) Failed to connect"],
    },
];

for (const { what, spoil, settings, expect, worker } of CASES) {
    test(what, () => {
        spoil();
        const config = cluster(settings);
        assert.deepEqual(host.findings(config, config.nodes[worker ? 1 : 0]), expect);
    });
}
