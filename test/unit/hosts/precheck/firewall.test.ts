import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { readReport } from "../../../../commands/precheck/finding";
import type { ClusterConfig } from "../../../../components/config";
import { othersInputs } from "../../../../components/hosts/precheck";
import { groupThatNeeds } from "../../../group";
import { cluster } from "../../config/cluster";
import { ADDRESSES, FakeHost } from "./fake-host";

let host: FakeHost;
beforeEach(() => (host = new FakeHost()));
afterEach(() => host.remove());

const FLANNEL = { network: { addOn: "flannel" } };

/** What a program says from now on. */
function says(program: string, text: string): void {
    host.file("said", text);
    host.program(program, `cat '${host.place("said")}'`);
}
/** Rules as iptables-save or nft has listed them on a real host: beside the tests, recorded. */
const recorded = (file: string) => readFileSync(join(__dirname, "rules", file), "utf8");
const iptables = (file: string) => says("iptables-nft-save", recorded(file));
const nft = (file: string) => says("nft", recorded(file));

interface Look {
    /** Addresses of the other hosts are known, as to npm run precheck. */
    others?: boolean;
    worker?: boolean;
}

/** Found and fix of the findings about firewalls. */
function look(settings: Record<string, unknown> = FLANNEL, { others, worker }: Look = {}): string[] {
    const config: ClusterConfig = cluster(settings);
    const node = config.nodes[worker ? 1 : 0];
    assert.ok(node);
    host.program("ip", ADDRESSES(node.address));
    const { stdout } = host.check(config, "report", node, others ? othersInputs(config, node) : {});
    const { findings } = readReport("host", stdout, { sent: 0, answered: 0 });
    return findings
        .filter(({ check }) => check === "firewall")
        .map(({ severity, found, fix }) => `${severity} ${found} >> ${fix}`);
}

describe("rules of real firewalls", () => {
    test("ufw that lets in SSH alone: what is dropped, and ufw's own commands", () => {
        iptables("ufw-ssh.save");
        assert.deepEqual(look(), [
            "error tcp 10250 (kubelet), tcp 6443 (API server), udp 8472 (vxlan of Flannel) dropped, from 192.168.33.0/24, 10.244.0.0/16;" +
                " by ufw, table filter, chain INPUT: policy drop" +
                " >> ufw allow proto tcp from 192.168.33.0/24 to any port 10250,6443;" +
                " ufw allow proto udp from 192.168.33.0/24 to any port 8472;" +
                " ufw allow proto tcp from 10.244.0.0/16 to any port 6443",
        ]);
        assert.match(look(FLANNEL, { worker: true })[0] ?? "", /^error tcp 10250 \(kubelet\), udp 8472 .* dropped/);
    });

    test("ufw with these rules, and ufw that was switched off", () => {
        iptables("ufw-open.save");
        assert.deepEqual(look(), []);
        assert.deepEqual(look(FLANNEL, { others: true }), []);
        iptables("ufw-disabled.save");
        assert.deepEqual(look(), []);
    });

    test("ufw that rejects what is routed stands before the rules of a pod network", () => {
        iptables("ufw-reject-routed.save");
        const [found = "", ...more] = look();
        assert.deepEqual(more, []);
        assert.match(
            found,
            /^error what Pods send across hosts is dropped by ufw, table filter, chain ufw-reject-forward/,
        );
        assert.match(found, />> ufw route allow from 10\.244\.0\.0\/16; ufw route allow to 10\.244\.0\.0\/16$/);
    });

    test("firewalld in its public zone, and with the hosts and the Pods in its trusted one", () => {
        nft("firewalld-ssh.nft");
        const found = look();
        assert.equal(found.length, 2);
        assert.match(
            found[0] ?? "",
            /^error tcp 10250 .* dropped, from 192\.168\.33\.0\/24; by firewalld, table inet firewalld, chain filter_IN_public: reject .*>> firewall-cmd --permanent --zone=trusted --add-source=192\.168\.33\.0\/24; firewall-cmd --reload$/,
        );
        assert.match(found[1] ?? "", /Pods send across hosts is dropped by firewalld.*--add-source=10\.244\.0\.0\/16;/);
        nft("firewalld-open.nft");
        assert.deepEqual(look(), []);
        assert.deepEqual(look({ network: { addOn: "weave" } }, { others: true }), []);
    });

    test("Docker drops what is forwarded, and no more: no false alarm", () => {
        for (const file of ["docker.save", "docker28.save"]) {
            iptables(file);
            for (const settings of [FLANNEL, { network: { addOn: "weave" } }, { network: { addOn: "none" } }])
                assert.deepEqual(look(settings, { others: true }), [], file);
        }
    });
});

describe("who may come", () => {
    const only = (...rules: string[]) =>
        says("iptables-nft-save", `*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n${rules.join("\n")}\nCOMMIT\n`);

    test("an address that may be another host's is no error to pulumi up, and precheck knows better", () => {
        only("-A INPUT -s 192.168.33.99/32 -j ACCEPT", "-A INPUT -s 10.244.0.0/16 -j ACCEPT");
        assert.deepEqual(look(), []);
        assert.match(
            look(FLANNEL, { others: true })[0] ?? "",
            /tcp 6443 \(API server\).* dropped, from 192\.168\.33\.11/,
        );
    });

    test("rules of other interfaces, ports, protocols and states let nobody in", () => {
        only(
            "-A INPUT -i lo -j ACCEPT",
            "-A INPUT -i eth1 -j ACCEPT",
            "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
            "-A INPUT -p udp -m udp --dport 10250 -j ACCEPT",
            "-A INPUT -p udp -m udp --sport 53 -j ACCEPT",
            "-A INPUT -p tcp -m multiport --dports 22,10251:10260 -j ACCEPT",
            "-A INPUT -p tcp -m tcp ! --dport 10250 -j ACCEPT",
        );
        assert.match(look(FLANNEL, { worker: true })[0] ?? "", /^error tcp 10250 \(kubelet\), udp 8472 .* dropped/);
    });

    test("what nobody can be sure of is no error", () => {
        only(
            "-A INPUT -p udp -m set --match-set peers src -j ACCEPT",
            "-A INPUT -p tcp -m recent --rcheck --seconds 60 --name X --mask 255.255.255.255 --rsource -j ACCEPT",
        );
        assert.deepEqual(look(), []);
        says(
            "iptables-nft-save",
            "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m set --match-set bad src -j DROP\nCOMMIT\n",
        );
        assert.deepEqual(look(), []);
    });

    test("etcd between several masters, and VRRP of their virtual address", () => {
        only("-A INPUT -p tcp -m multiport --dports 22,6443,10250 -j ACCEPT", "-A INPUT -p udp -j ACCEPT");
        const masters = (count: number) => ({
            ...FLANNEL,
            kubernetes: { vip: { address: "192.168.33.100" } },
            nodes: [1, 2, 3].map((at) => ({
                name: `node-${at}`,
                role: at <= count ? "control-plane" : "worker",
                address: `192.168.33.1${at - 1}`,
            })),
        });
        assert.match(
            look(masters(3), { others: true })[0] ?? "",
            /^error tcp 2379-2380 \(etcd\), VRRP of the virtual address dropped, from 192\.168\.33\.11, 192\.168\.33\.12;/,
        );
        assert.deepEqual(look(masters(1), { others: true }), []);
        // The first of them is asked for nothing that changes when the second comes.
        assert.deepEqual(look(masters(3)), []);
        assert.match(look(masters(3), { worker: true })[0] ?? "", /tcp 2379-2380 \(etcd\)/);
    });

    test("of many hosts the network they are in is named", () => {
        only("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT");
        const names = ["master", "a", "b", "c", "d", "e", "f"];
        const nodes = names.map((name, at) => ({
            name,
            role: at === 0 ? "control-plane" : "worker",
            address: at === 6 ? "10.1.0.6" : `192.168.33.1${at}`,
        }));
        assert.match(
            look({ ...FLANNEL, nodes }, { others: true })[0] ?? "",
            / dropped, from 192\.168\.33\.0\/24, 10\.1\.0\.6, 10\.244\.0\.0\/16;/,
        );
    });

    test("a living node is warned of what it lives with", () => {
        only("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT");
        host.file("var/lib/kubeadm-cluster/joined", "");
        assert.match(look()[0] ?? "", /^warning tcp 10250/);
    });
});

test("firewalld that will start with the host, whose rules nobody has seen", () => {
    host.program("systemctl", '[ "$2 $3" = "is-enabled firewalld" ] || exit 3');
    assert.match(look()[0] ?? "", /^warning firewalld starts with this host, and its rules are not there now/);
});

test("a kernel that could load nf_tables and has not is not made to: no program is asked", () => {
    host.file(
        "lib/modules/6.1.0/modules.dep",
        "kernel/net/netfilter/nf_tables.ko: \nkernel/drivers/net/vxlan/vxlan.ko:\n",
    );
    iptables("ufw-ssh.save");
    for (const program of ["iptables-nft-save", "nft", "iptables-legacy-save"])
        host.program(program, "echo 'asked' >&2; exit 1");
    assert.deepEqual(look(), []);
});

test("a program that does not tell its rules is told of, and stops nothing", () => {
    host.program("nft", "exit 1");
    assert.deepEqual(
        look().map((line) => line.split(" >>")[0]),
        ["warning nft list ruleset does not tell its rules"],
    );
});

const noNamespace =
    spawnSync("unshare", ["-n", "bash", "-c", "nft list ruleset && iptables-nft-save && iptables-legacy-save"])
        .status === 0
        ? undefined
        : "needs root, nft and iptables";

/** What real programs list behind these commands, in a network namespace of its own. */
function listed(commands: string, list: string): string {
    const { status, stdout, stderr } = spawnSync("unshare", ["-n", "bash", "-ec", `${commands}\n${list}`], {
        encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout;
}

groupThatNeeds(noNamespace, "rules that real programs list", () => {
    const TABLE = `nft 'table inet own {
    set hosts { type ipv4_addr; flags interval; elements = { 192.168.33.0/24, 10.1.0.1-10.1.0.9 } }
    set ports { type inet_service; elements = { 22, 6443, 10250, 10256, 30000, 30001, 30002, 30003, 30004, 30005, 30006, 30007 } }
    chain passed { CHAIN; }
    chain input { type filter hook input priority 0; policy drop;
        ct state vmap { invalid : drop, established : accept, related : accept }
        iifname vmap { "lo" : accept, "eth0" : jump passed }
    }
    chain forward { type filter hook forward priority 0; policy accept; FORWARD; }
}'`;
    const CASES: [what: string, chain: string, forward: string, expect: RegExp[]][] = [
        ["all let in", "ip saddr @hosts accept; ip saddr 10.244.0.0/16 accept", "counter", [/from 10\.244\.0\.0\/16/]],
        [
            "ports of a set",
            "tcp dport @ports counter accept",
            "counter",
            [/^error tcp 6443 \(API server\), udp 8472 .* from 10\.244\.0\.0\/16, 192\.168\.33\.11/],
        ],
        [
            "a range of ports",
            "udp dport 8000-9000 accept; tcp dport { 6443, 10250 } log accept",
            "counter",
            [/from 10\.244/],
        ],
        ["another network", "ip saddr 192.0.2.0/24 accept", "counter", [/6443 \(API server\).*from 192\.168\.33\.11/]],
        [
            "Pods that are not forwarded",
            "accept",
            'oifname != "eth0" counter drop',
            [
                /from 10\.244/,
                /Pods send across hosts is dropped by nft, table inet own, chain forward: oifname != eth0/,
            ],
        ],
    ];
    for (const [what, chain, forward, expect] of CASES)
        test(`nft: ${what}`, () => {
            says("nft", listed(TABLE.replace("CHAIN", chain).replace("FORWARD", forward), "nft -s list ruleset"));
            const found = look(FLANNEL, { others: true });
            assert.equal(found.length, expect.length, found.join("\n"));
            expect.forEach((pattern, at) => assert.match(found[at] ?? "", pattern));
        });

    for (const back of ["nft", "legacy"])
        test(`iptables with its back end ${back}: rules by the image's maker that end in a rejection`, () => {
            const oracle = `for rule in 'INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT' 'INPUT -i lo -j ACCEPT' \
'INPUT -p tcp -m state --state NEW -m tcp --dport 22 -m comment --comment "so: -j ACCEPT" -j ACCEPT' \
'INPUT -j REJECT --reject-with icmp-host-prohibited' 'FORWARD -j REJECT --reject-with icmp-host-prohibited'
do eval "iptables-${back} -A $rule"; done`;
            if (back === "legacy") host.file("proc/net/ip_tables_names", "filter\n");
            says(`iptables-${back}-save`, listed(oracle, `iptables-${back}-save`));
            const found = look();
            assert.equal(found.length, 2, found.join("\n"));
            assert.match(
                found[0] ?? "",
                /tcp 10250 .*by iptables, table filter, chain INPUT: -A INPUT -j REJECT.*iptables -I INPUT -s 192/,
            );
            assert.match(
                found[1] ?? "",
                /Pods send across hosts is dropped by iptables.*iptables -I FORWARD -s 10\.244/,
            );
        });

    test("rules that iptables keeps in nf_tables are told once", () => {
        const rules = "iptables-nft -P INPUT DROP; iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT";
        host.file("nft", listed(rules, "nft -s list ruleset"));
        host.program("nft", `cat '${host.place("nft")}'`);
        says("iptables-nft-save", listed(rules, "iptables-nft-save"));
        assert.equal(look().length, 1);
    });
});
