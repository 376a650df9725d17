import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { cluster } from "../../config/cluster";
import { noMounts } from "../cramped-host";
import { ADDRESSES, FakeHost } from "./fake-host";

let host: FakeHost;
beforeEach(() => (host = new FakeHost()));
afterEach(() => host.remove());

/** A host as people have them: what it has, the settings, and all findings, as "SEVERITY CHECK: FOUND" or a pattern. */
type Case = [what: string, spoil: () => void, expect: (string | RegExp)[], settings?: Record<string, unknown>];

const STUB = "nameserver 127.0.0.53\noptions edns0 trust-ad\n";
/** systemctl, which says this of these units alone. */
const active = (...units: string[]) =>
    host.program(
        "systemctl",
        `case "$*" in ${units.map((unit) => `*is-active*${unit}`).join(" | ")}) exit 0 ;; esac; exit 3`,
    );
const kubelet = (settings: object) => ({ kubernetes: { kubelet: settings } });
const routes = (...lines: string[]) =>
    host.program(
        "ip",
        `case "$*" in *route*) printf '%s\n' ${lines.map((line) => `'${line}'`).join(" ")} ;; *)
${ADDRESSES("192.168.33.10")}
;; esac`,
    );
const addresses = (...lines: string[]) =>
    host.program(
        "ip",
        `${ADDRESSES("192.168.33.10")}\ncase "$*" in *addr*) printf '%s\n' ${lines.map((line) => `'${line}'`).join(" ")} ;; esac`,
    );
const CASES: Case[] = [
    // DNS.
    [
        "systemd-resolved with its stub, as on Ubuntu",
        () => {
            active("systemd-resolved");
            host.file("etc/resolv.conf", STUB);
        },
        [],
    ],
    [
        "a stub of systemd-resolved that does not run",
        () => host.file("etc/resolv.conf", STUB),
        [/^error resolver: nameserver 127\.0\.0\.53 in \/etc\/resolv\.conf: in a Pod that is the Pod itself/],
    ],
    [
        "the stub, set by hand",
        () => {
            active("systemd-resolved");
            host.file("etc/resolv.conf", STUB);
        },
        [/^error resolver: nameserver 127\.0\.0\.53 in .*\/etc\/resolv\.conf/],
        // Known when the host is there.
        { resolvConf: "etc/resolv.conf" },
    ],
    [
        "dnsmasq on the host, IPv6",
        () => host.file("etc/resolv.conf", "nameserver ::1\nnameserver 192.168.33.1\n"),
        [/^error resolver: nameserver ::1 in \/etc\/resolv\.conf/],
    ],
    [
        "systemd-resolved that knows no server",
        () => {
            active("systemd-resolved");
            host.file("run/systemd/resolve/resolv.conf", "# No DNS servers known.\n");
        },
        ["error resolver: /run/systemd/resolve/resolv.conf names no server"],
    ],
    [
        "systemd-resolved without the file that kubeadm takes",
        () => {
            active("systemd-resolved");
            host.file("run/systemd/resolve/resolv.conf", undefined);
        },
        ["error resolver: /run/systemd/resolve/resolv.conf is not there"],
    ],
    [
        "a kubelet that gives Pods no resolver",
        () => host.file("etc/resolv.conf", STUB),
        [],
        kubelet({ resolvConf: "" }),
    ],
    // What must be written and read.
    [
        "case 30: no /dev/kmsg, as in LXC",
        () => host.file("dev/kmsg", undefined),
        ["error kmsg: /dev/kmsg: No such file or directory"],
    ],
    [
        "flags of chattr on /etc/hosts",
        () =>
            host.program(
                "lsattr",
                `shift 2; for f; do case $f in */etc/hosts) echo "----i---------e------- $f" ;; *) echo "--------------e------- $f" ;; esac; done`,
            ),
        ["error read-only: /etc/hosts is immutable"],
    ],
    [
        "an /etc/hosts that is mounted, as in a container of Docker",
        () =>
            host.file(
                "proc/self/mountinfo",
                `1 0 8:1 / / rw - ext4 x rw\n2 1 8:1 /h ${host.place("etc/hosts")} rw - ext4 x rw\n`,
            ),
        ["error read-only: /etc/hosts is a mount point"],
    ],
    // Who writes /etc/hosts.
    [
        "cloud-init that writes /etc/hosts",
        () => {
            host.program("cloud-init", "");
            host.file("etc/cloud/cloud.cfg", "manage_etc_hosts: true\n");
            host.file("etc/cloud/templates/hosts.debian.tmpl", "");
        },
        ["warning hosts file: cloud-init writes /etc/hosts at every boot (manage_etc_hosts)"],
    ],
    [
        "cloud-init that writes it from elsewhere",
        () => {
            host.program("cloud-init", "");
            host.file("etc/cloud/cloud.cfg.d/90.cfg", "manage_etc_hosts: template\n");
        },
        [/^error hosts file: cloud-init writes \/etc\/hosts at every boot .* its template is not in/],
    ],
    [
        "cloud-init that leaves it",
        () => {
            host.program("cloud-init", "");
            host.file("etc/cloud/cloud.cfg", "# manage_etc_hosts: true\nmanage_etc_hosts: localhost\n");
        },
        [],
    ],
    [
        "a link of NixOS",
        () => {
            host.file("etc/hosts", undefined);
            host.file("etc/static", "127.0.0.1 localhost\n");
            symlinkSync(host.place("etc/static"), host.place("etc/hosts"));
        },
        ["warning hosts file: /etc/hosts is a link to /etc/static"],
    ],
    // Addresses and routes.
    [
        "case 52: a bridge with an address of the Pods",
        () => addresses("5: br0    inet 10.244.200.1/16 scope global br0"),
        ["error subnets: address 10.244.200.1 of br0 is inside kubernetes.podSubnet 10.244.0.0/16"],
    ],
    [
        "an address of the Services",
        () => addresses("5: eth1    inet 10.96.3.4/24 scope global eth1"),
        ["error subnets: address 10.96.3.4 of eth1 is inside kubernetes.serviceSubnet 10.96.0.0/12"],
    ],
    [
        "a VPN's route into the Services' subnet",
        () => routes("default via 192.168.33.1 dev eth0", "10.100.0.0/16 via 10.8.0.1 dev tun0 proto static"),
        ["error subnets: route 10.100.0.0/16 of tun0 is inside kubernetes.serviceSubnet 10.96.0.0/12"],
    ],
    [
        "a large network around the Pods' subnet: Weave refuses it",
        () => routes("10.0.0.0/8 dev eth0 scope link"),
        ["error subnets: route 10.0.0.0/8 of eth0 covers kubernetes.podSubnet 10.244.0.0/16"],
        { network: { addOn: "weave" } },
    ],
    [
        "the same with Flannel, whose routes are narrower",
        () => routes("10.0.0.0/8 dev eth0 scope link"),
        [],
        { network: { addOn: "flannel" } },
    ],
    [
        "Docker's and libvirt's networks, and a VPN that takes all",
        () => routes("0.0.0.0/1 via 10.8.0.1 dev tun0", "172.17.0.0/16 dev docker0", "192.168.122.0/24 dev virbr0"),
        [],
    ],
    [
        "a node's own pod network",
        () => {
            for (const mark of ["cluster-identity", "joined"]) host.file(`var/lib/kubeadm-cluster/${mark}`, "");
            addresses(
                "5: cni0    inet 10.244.1.1/24 scope global cni0",
                "6: flannel.1    inet 10.244.1.0/32 scope global flannel.1",
                "7: kube-ipvs0    inet 10.96.0.1/32 scope global kube-ipvs0",
            );
        },
        [],
    ],
    // The card.
    [
        "a card that is down",
        () => host.file("sys/class/net/eth0/operstate", "down\n"),
        ["error card: eth0, which has 192.168.33.10, is down"],
    ],
    [
        "a card that carries less than the configuration expects",
        () => host.file("sys/class/net/eth0/mtu", "1450\n"),
        ["error card: MTU 1450 of eth0"],
        { network: { addOn: "flannel", mtu: 1500 } },
    ],
    ["a tunnel", () => host.file("sys/class/net/eth0/mtu", "1000\n"), ["warning card: MTU 1000 of eth0"]],
];

for (const [what, spoil, expect, settings] of CASES) {
    const look = () => {
        spoil();
        const given =
            settings && "resolvConf" in settings ? kubelet({ resolvConf: host.place("etc/resolv.conf") }) : settings;
        const found = host.findings(cluster(given));
        assert.equal(found.length, expect.length, found.join("\n"));
        expect.forEach((one, at) =>
            typeof one === "string" ? assert.equal(found[at], one) : assert.match(found[at] ?? "", one),
        );
    };
    const [, number, name] = /^case (\d+): (.*)$/.exec(what) ?? [];
    if (number === undefined) test(what, look);
    else test(`case ${number}: ${name}`, look);
}

test("what to do is about this host: the file with the real servers, which NetworkManager has", () => {
    host.file("etc/resolv.conf", "nameserver 127.0.0.1\n");
    host.file("run/systemd/resolve/resolv.conf", undefined);
    host.file("run/NetworkManager/no-stub-resolv.conf", "nameserver 192.168.33.1\n");
    const { stdout } = host.check(cluster(), "report");
    assert.match(stdout, /set kubernetes\.kubelet\.resolvConf to \/run\/NetworkManager\/no-stub-resolv\.conf/);
});

test("a file system that is mounted read-only, and one with an immutable file", { skip: noMounts }, () => {
    const place = host.place("etc/containerd");
    host.file("etc/containerd/config.toml", "version = 2\n");
    const inside = (before: string, after: string) => {
        host.program("unlock", `${after}`);
        const { status, stderr } = spawnSync("bash", ["-ec", before], { encoding: "utf8" });
        assert.equal(status, 0, stderr);
        const found = host.findings(cluster()).filter((line) => line.includes("read-only"));
        spawnSync("bash", ["-ec", after]);
        return found;
    };
    // The programs of the double stand before the machine's.
    host.program("lsattr", 'exec /usr/bin/lsattr "$@"');
    const mount = `mount -t tmpfs -o ro tmpfs '${place}'`;
    assert.deepEqual(inside(mount, `umount '${place}'`), ["error read-only: /etc/containerd is read-only"]);
    if (spawnSync("chattr", ["+i", host.place("etc/hosts")]).status === 0)
        assert.deepEqual(inside(":", `chattr -i '${host.place("etc/hosts")}'`), [
            "error read-only: /etc/hosts is immutable",
        ]);
});
