import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { noMounts, runCramped } from "./cramped-host";
import { ScriptHost } from "./script-host";

const INPUTS = {
    NODE_NAME: "worker-1",
    NODE_IP: "10.0.0.11",
    ENDPOINT_HOST: "api",
    ENDPOINT_IP: "10.0.0.5",
    KEEP_SWAP: "false",
    PROTECT_KERNEL_DEFAULTS: "false",
};
const OWN = "10.0.0.11 worker-1 # kubeadm-cluster\n10.0.0.5 api # kubeadm-cluster\n";
const TEMPLATE = "## template:jinja\n127.0.1.1 {{fqdn}} {{hostname}}\n";
const STATE = "var/lib/kubeadm-cluster";

let host: ScriptHost;
beforeEach(() => (host = new ScriptHost()));
afterEach(() => host.remove());

/** Runs parts of prepare.sh or of reset.sh. */
function run(body: string, inputs: Partial<typeof INPUTS> = {}) {
    host.driver(Object.keys(INPUTS), `mkdir -p "$LOGS"\n${body}\n`);
    return host.run("driver.sh", [], { ...INPUTS, ...inputs });
}
const part = (name: string) => `. "$here/prepare-${name}.sh"`;
const link = (target: string, path: string) => {
    mkdirSync(dirname(join(host.root, path)), { recursive: true });
    symlinkSync(target, join(host.root, path));
};

describe("case D: cloud-init writes /etc/hosts at every boot", () => {
    const TEMPLATES = ["debian", "redhat"].map((family) => `etc/cloud/templates/hosts.${family}.tmpl`);
    beforeEach(() => {
        host.program("ctr", "");
        host.program("cloud-init", "");
        host.write("etc/hosts", "127.0.0.1 localhost\n");
        host.write("etc/os-release", 'ID=ubuntu\nID_LIKE="debian"\n');
        for (const template of TEMPLATES) host.write(template, TEMPLATE);
    });
    const SETTINGS: [file: string, text: string, managed: boolean][] = [
        ["etc/cloud/cloud.cfg", "manage_etc_hosts: true\n", true],
        ["etc/cloud/cloud.cfg.d/50-own.cfg", "  manage_etc_hosts: 'template'  # as others have it\n", true],
        ["var/lib/cloud/instance/user-data.txt", '{"manage_etc_hosts": true}\n', true],
        ["var/lib/cloud/instance/cloud-config.txt", "#cloud-config\nmanage_etc_hosts: True\n", true],
        ["etc/cloud/cloud.cfg", "manage_etc_hosts: false\n#manage_etc_hosts: true\n", false],
        ["etc/cloud/cloud.cfg", "manage_etc_hosts: localhost\n", false],
        ["etc/cloud/cloud.cfg", "preserve_hostname: true\n", false],
    ];
    for (const [file, text, managed] of SETTINGS)
        test(`${text.trim().split("\n")[0]} in ${file}: the template ${managed ? "has the names" : "stays"}`, () => {
            host.write(file, text);
            const { status, stderr } = run(part("hosts"));
            assert.equal(status, 0, stderr);
            assert.equal(host.read("etc/hosts"), `127.0.0.1 localhost\n${OWN}`);
            assert.equal(host.read(TEMPLATES[0] ?? ""), managed ? TEMPLATE + OWN : TEMPLATE);
            assert.equal(host.read(TEMPLATES[1] ?? ""), TEMPLATE);
        });

    test("cloud-init that is switched off writes nothing, so nothing is written for it", () => {
        host.write("etc/cloud/cloud.cfg", "manage_etc_hosts: true\n");
        host.write("etc/cloud/cloud-init.disabled", "");
        assert.equal(run(part("hosts")).status, 0);
        assert.equal(host.read(TEMPLATES[0] ?? ""), TEMPLATE);
    });

    test("a reset takes the names out of both", () => {
        host.write("etc/cloud/cloud.cfg", "manage_etc_hosts: true\n");
        assert.equal(run(part("hosts")).status, 0);
        const { status, stderr } = run('. "$here/reset-files.sh"\nrestore_hosts');
        assert.equal(status, 0, stderr);
        assert.equal(host.read("etc/hosts"), "127.0.0.1 localhost\n");
        assert.equal(host.read(TEMPLATES[0] ?? ""), TEMPLATE);
    });
});

/** Whether a file system of this machine knows what chattr sets. */
const noFlags =
    noMounts ??
    (spawnSync("bash", ["-c", 'set -e; f=$(mktemp); chattr +i "$f"; chattr -i "$f"; rm "$f"']).status === 0
        ? undefined
        : "needs a file system with the flags of chattr");

describe("an immutable /etc/hosts", () => {
    beforeEach(() => {
        host.program("ctr", "");
        host.write("etc/hosts", "127.0.0.1 localhost\n");
        host.driver(Object.keys(INPUTS), part("hosts"));
    });
    const during = (flag: string) =>
        runCramped(
            host,
            "driver.sh",
            `chattr ${flag} "$ROOT/etc/hosts"`,
            INPUTS,
            `chattr -ia "$ROOT/etc/hosts"; cat "$ROOT/etc/hosts"`,
        );

    for (const flag of ["+i", "+a"])
        test(`case 31: chattr ${flag}: the step fails and says so, and runs again after`, { skip: noFlags }, () => {
            const { status, stderr, seen } = during(flag);
            assert.equal(status, 1);
            assert.match(stderr, /\/etc\/hosts could not be written and is as it was; .*lsattr \S*\/etc\/hosts/);
            assert.equal(seen, "127.0.0.1 localhost\n");
            const again = host.run("driver.sh", [], INPUTS);
            assert.equal(again.status, 0, again.stderr);
            assert.equal(host.read("etc/hosts"), `127.0.0.1 localhost\n${OWN}`);
        });

    test("case 31: one that has the names already is no obstacle", { skip: noFlags }, () => {
        assert.equal(host.run("driver.sh", [], INPUTS).status, 0);
        const { status, stderr } = during("+i");
        assert.equal(status, 0, stderr);
    });
});

describe("units that switch swap on at boot", () => {
    const SYSTEM = "etc/systemd/system";
    beforeEach(() => {
        host.write("proc/filesystems", "nodev\toverlay\n");
        host.write("proc/sys/fs/inotify/max_user_instances", "128\n");
        host.write("proc/swaps", "Filename\tType\n");
        for (const key of ["ipv4/ip_forward", "bridge/bridge-nf-call-iptables", "bridge/bridge-nf-call-ip6tables"])
            host.write(`proc/sys/net/${key}`, "0\n");
        host.program("sysctl", 'key=${2%%=*}; echo "${2#*=}" >"$ROOT/proc/sys/${key//.//}"');
        for (const program of ["modprobe", "swapoff"]) host.program(program, "");
        // What systemd itself does without a running manager, on the files of the host.
        host.program(
            "systemctl",
            `case "$*" in *mask*|*enable*|*disable*) exec /usr/bin/systemctl --root="$ROOT" "$@" ;; esac`,
        );
        host.write(
            "usr/lib/systemd/system/zramswap.service",
            "[Service]\nExecStart=x\n[Install]\nWantedBy=multi-user.target\n",
        );
        link("/usr/lib/systemd/system/zramswap.service", `${SYSTEM}/multi-user.target.wants/zramswap.service`);
        host.write("run/systemd/generator/dev-zram0.swap", "[Swap]\nWhat=/dev/zram0\n");
        link("../dev-zram0.swap", "run/systemd/generator/swap.target.wants/dev-zram0.swap");
        host.write(
            "run/systemd/generator/swapfile.swap",
            `[Unit]\nSourcePath=${host.root}/etc/fstab\n[Swap]\nWhat=/swapfile\n`,
        );
        link("../swapfile.swap", "run/systemd/generator/swap.target.requires/swapfile.swap");
        host.write(`${SYSTEM}/own.swap`, "[Swap]\nWhat=/own\n[Install]\nWantedBy=swap.target\n");
        link(`/${SYSTEM}/own.swap`, `${SYSTEM}/swap.target.wants/own.swap`);
        host.write(
            "usr/lib/systemd/system/swapspace.service",
            "[Service]\nExecStart=x\n[Install]\nWantedBy=multi-user.target\n",
        );
    });
    const skip = existsSync("/usr/bin/systemctl") ? undefined : "needs systemctl";
    const masked = (unit: string) => {
        const file = join(host.root, SYSTEM, unit);
        return (
            lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(file) === "/dev/null"
        );
    };

    test(
        "case 39: they are masked or disabled, and a reset gives them back; those of fstab and those that are off stay",
        { skip },
        () => {
            const { status, stderr } = run(part("kernel"));
            assert.equal(status, 0, stderr);
            assert.match(stderr, /zramswap\.service own\.swap dev-zram0\.swap would switch swap on at every boot/);
            assert.deepEqual(["zramswap.service", "dev-zram0.swap", "own.swap"].map(masked), [true, true, false]);
            assert.ok(!existsSync(join(host.root, SYSTEM, "swap.target.wants/own.swap")));
            assert.ok(["swapfile.swap", "swapspace.service"].every((unit) => !masked(unit)));
            for (const unit of ["zramswap.service", "dev-zram0.swap", "own.swap"])
                assert.ok(host.calls.includes(`systemctl stop -- ${unit}`), unit);

            assert.equal(run(part("kernel")).status, 0);
            assert.ok(!host.calls.some((call) => call.includes("mask")), "a second run has nothing to do");

            const reset = run('. "$here/reset-units.sh"\ngive_swap_units_back');
            assert.equal(reset.status, 0, reset.stderr);
            assert.deepEqual(["zramswap.service", "dev-zram0.swap", "own.swap"].map(masked), [false, false, false]);
            assert.ok(existsSync(join(host.root, SYSTEM, "own.swap")));
            assert.ok(lstatSync(join(host.root, SYSTEM, "swap.target.wants/own.swap")).isSymbolicLink());
            assert.ok(host.calls.includes("systemctl start -- zramswap.service"));
            assert.equal(host.read(`${STATE}/swap-units`), undefined);
        },
    );

    test("case 39: a unit that cannot be masked ends the step", { skip }, () => {
        rmSync(join(host.root, SYSTEM, "swap.target.wants/own.swap"));
        host.program("systemctl", 'case "$*" in *mask*) echo "Failed to mask unit: Access denied" >&2; exit 1 ;; esac');
        const { status, stderr } = run(part("kernel"));
        assert.equal(status, 1);
        assert.match(
            stderr,
            /Access denied[^]*zramswap\.service switches swap on at every boot, and could not be kept from it/,
        );
    });

    test("where the node is to keep swap, they stay", { skip }, () => {
        assert.equal(run(part("kernel"), { KEEP_SWAP: "true" }).status, 0);
        assert.ok(!host.calls.some((call) => /mask|disable/.test(call)));
    });

    test("case 23: protectKernelDefaults: the kubelet's settings are set, and at every boot", { skip }, () => {
        const SETTINGS = {
            "vm/overcommit_memory": "1",
            "vm/panic_on_oom": "0",
            "kernel/panic": "10",
            "kernel/panic_on_oops": "1",
            "kernel/keys/root_maxkeys": "1000000",
            "kernel/keys/root_maxbytes": "25000000",
        };
        for (const key of Object.keys(SETTINGS)) host.write(`proc/sys/${key}`, "2\n");
        assert.equal(run(part("kernel")).status, 0);
        assert.equal(host.read("proc/sys/kernel/panic"), "2\n");
        assert.equal(run(part("kernel"), { PROTECT_KERNEL_DEFAULTS: "true" }).status, 0);
        const file = host.read("etc/sysctl.d/99-kubeadm-cluster.conf") ?? "";
        for (const [key, value] of Object.entries(SETTINGS)) {
            assert.equal(host.read(`proc/sys/${key}`), `${value}\n`);
            assert.ok(file.includes(`${key.replaceAll("/", ".")} = ${value}\n`), key);
        }
    });
});

describe("managers of the host's network leave the pod network's interfaces alone", () => {
    const FILES = [
        "etc/NetworkManager/conf.d/99-kubeadm-cluster.conf",
        "etc/systemd/network/00-kubeadm-cluster.network",
    ];
    const [manager = "", networkd = ""] = FILES;
    const there = () => {
        mkdirSync(join(host.root, "etc/NetworkManager/conf.d"), { recursive: true });
        mkdirSync(join(host.root, "etc/systemd/network"), { recursive: true });
    };
    beforeEach(() => {
        host.program("ip", "echo '2: eth0    inet 10.0.0.11/24 scope global eth0'");
        host.program("networkctl", "");
    });

    test("both are told, and read it at once; again only where it has changed", () => {
        there();
        const { status, stderr } = run(part("network-managers"));
        assert.equal(status, 0, stderr);
        assert.match(
            host.read(manager) ?? "",
            /^\[keyfile\]\nunmanaged-devices\+=interface-name:cni0;interface-name:flannel\.\*;.*interface-name:veth\*\n$/,
        );
        assert.match(
            host.read(networkd) ?? "",
            /^\[Match\]\nName=cni0 flannel\.\* weave .*veth\*\n\n\[Link\]\nUnmanaged=yes\n$/,
        );
        for (const call of ["systemctl reload NetworkManager", "networkctl reload"])
            assert.ok(host.calls.includes(call));
        assert.equal(run(part("network-managers")).status, 0);
        assert.ok(!host.calls.some((call) => call.includes("reload")));

        const reset = run('. "$here/network-managers.sh"\nremove_network_settings');
        assert.equal(reset.status, 0, reset.stderr);
        for (const file of FILES) assert.equal(host.read(file), undefined);
        assert.ok(host.calls.includes("networkctl reload"));
    });

    test("one that does not run is not reloaded; a host without either has no file of them", () => {
        host.program("systemctl", "exit 3");
        assert.equal(run(part("network-managers")).status, 0);
        for (const file of FILES) assert.equal(host.read(file), undefined);
        there();
        assert.equal(run(part("network-managers")).status, 0);
        assert.ok(!host.calls.some((call) => call.includes("reload")));
    });

    test("a host in a container, whose own card is a veth, keeps it", () => {
        host.program("ip", "echo '2: veth1    inet 10.0.0.11/24 scope global veth1'");
        there();
        assert.equal(run(part("network-managers")).status, 0);
        for (const file of FILES) assert.doesNotMatch(host.read(file) ?? "", /veth\*/);
    });

    test("a reload that fails ends the step, and the next run makes up for it", () => {
        there();
        host.program("networkctl", "exit 1");
        assert.equal(run(part("network-managers")).status, 1);
        host.program("networkctl", "");
        assert.equal(run(part("network-managers")).status, 0);
        assert.ok(host.calls.includes("networkctl reload"));
    });
});
