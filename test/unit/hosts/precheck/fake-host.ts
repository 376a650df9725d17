import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readReport } from "../../../../commands/precheck/finding";
import type { ClusterConfig } from "../../../../components/config";
import { hostCheckInputs, hostChecks } from "../../../../components/hosts/precheck";
import { encodeInputs } from "../../../../components/remote";

/** Places that the checks look at, which a fake host has below a directory of its own. */
const PLACES =
    /(?<![\w$}.:/])\/(?:(?:proc|sys|etc|var\/lib|var\/log|lib\/modules|usr\/lib|usr\/local|usr\/bin|opt|run|boot)(?=\/)|dev\/kmsg)/g;

/** A host without fault: what its files hold and its programs say. */
const FILES = {
    "proc/1/comm": "systemd\n",
    "proc/meminfo": "MemTotal:        4000000 kB\n",
    "proc/swaps": "Filename Type Size Used Priority\n",
    "proc/filesystems": "nodev\tproc\nnodev\toverlay\n",
    "proc/net/tcp": "  sl  local_address rem_address   st\n   0: 00000000:0016 00000000:0000 0A\n",
    "proc/net/udp": "  sl  local_address rem_address   st\n",
    "proc/net/ip_tables_names": "",
    "proc/sys/net/bridge/bridge-nf-call-iptables": "1\n",
    "proc/sys/net/netfilter/nf_conntrack_max": "1\n",
    "lib/modules/6.1.0/modules.builtin": "kernel/net/netfilter/xt_set.ko\n",
    "lib/modules/6.1.0/modules.dep": "kernel/drivers/net/vxlan/vxlan.ko.xz: kernel/net/udp_tunnel.ko.xz\n",
    "proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n",
    "sys/class/net/eth0/mtu": "1500\n",
    "sys/class/net/eth0/operstate": "up\n",
    "dev/kmsg": "",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/resolv.conf": "search example.org\nnameserver 192.168.33.1\n",
    "run/systemd/resolve/resolv.conf": "nameserver 192.168.33.1\n",
    "etc/os-release": "ID=debian\nVERSION_ID=12\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
};
export const ADDRESSES = (address: string) =>
    `case "$*" in
*route*) printf 'default via 192.168.33.1 dev eth0 \\n192.168.33.0/24 dev eth0 proto kernel scope link src ${address} \\n' ;;
*) echo '2: eth0    inet ${address}/24 brd 192.168.33.255 scope global eth0' ;;
esac`;
const PROGRAMS = {
    uname: 'case "$1" in -m) echo x86_64 ;; *) echo 6.1.0 ;; esac',
    nproc: "echo 4",
    stat: "echo cgroup2fs",
    ip: ADDRESSES("192.168.33.10"),
    df: "printf 'Filesystem MB Used Available\\n/dev/sda 90000 1 50000\\n'",
    getent: "echo 192.168.33.10 this-host",
    curl: "printf 200",
    systemctl: "exit 3",
    zcat: "exit 1",
    ctr: "",
    ss: "",
    iptables: "echo 'iptables v1.8.9 (legacy)'",
    "apt-get": "",
    "iptables-legacy-save": "",
    "iptables-nft-save": "",
    nft: "",
    lsattr: "echo '-------------e------- x'",
};

/** A host double for the checks: they run in bash on this machine, and look at a directory instead of the machine. */
export class FakeHost {
    private readonly root = mkdtempSync(join(tmpdir(), "fake-host-"));

    constructor() {
        for (const [path, text] of Object.entries(FILES)) this.file(path, text);
        for (const [name, body] of Object.entries(PROGRAMS)) this.program(name, body);
    }

    /** A file of the host, such as "etc/hosts"; undefined removes it and all below it. */
    file(path: string, text: string | undefined): void {
        const place = join(this.root, path);
        if (text === undefined) return rmSync(place, { recursive: true });
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(place, text);
    }

    /** Where a file of the host is on this machine. */
    place(path: string): string {
        return join(this.root, path);
    }

    /** What a program does from now on, in bash. */
    program(name: string, body: string): void {
        this.file(`bin/${name}`, `#!/bin/bash\n${body}\n`);
        chmodSync(join(this.root, "bin", name), 0o755);
    }

    /** The checks' result for a node of a configuration, in the mode `stop` or `report`. `more` = further inputs. */
    check(config: ClusterConfig, mode: string, node = config.nodes[0], more: Record<string, string> = {}) {
        if (!node) throw new Error("the configuration has no node");
        const program = hostChecks()
            .replace(PLACES, `${this.root}$&`)
            .replace("export PATH=", `export PATH=${join(this.root, "bin")}:`);
        const input = program + encodeInputs({ ...hostCheckInputs(config, node), ...more, PRECHECK_MODE: mode });
        const { status, stdout, stderr } = spawnSync("bash", ["-s"], {
            input,
            encoding: "utf8",
            timeout: 20_000,
            env: { ...process.env, HOSTNAME: "this-host" },
        });
        // A file that belongs to the double is the host's own to a reader.
        return { status, stdout: stdout.replaceAll(this.root, ""), stderr: stderr.replaceAll(this.root, "") };
    }

    /** The findings as "SEVERITY CHECK: FOUND". */
    findings(config: ClusterConfig, node = config.nodes[0]): string[] {
        const { stdout, stderr } = this.check(config, "report", node);
        const report = readReport("host", stdout, { sent: 0, answered: 0 });
        if (stderr !== "") throw new Error(stderr);
        return report.findings.map(({ severity, check, found }) => `${severity} ${check}: ${found}`);
    }

    remove(): void {
        rmSync(this.root, { recursive: true, force: true });
    }
}
