import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ScriptHost } from "./script-host";

const NAMES =
    "NODE_NAME NODE_IP ENDPOINT_HOST ENDPOINT_IP KUBERNETES_VERSION INSTALL BINARIES_URL PACKAGES_URL PACKAGES_KEY PACKAGES_UNSIGNED CNI_PLUGINS_URL CNI_PLUGINS_VERSION CONTAINERD_VERSION RUNC_VERSION CONTAINERD_URL RUNC_URL HTTP_PROXY_URL HTTPS_PROXY_URL NO_PROXY_LIST POD_SUBNET IMAGE_REPOSITORY REGISTRY_MIRRORS KEEP_SWAP RESTRICT_OOM_SCORE";
const INPUTS = Object.fromEntries(NAMES.split(" ").map((name) => [name, ""]));
const STATE = "var/lib/kubeadm-cluster";
const ID = "0123456789abcdef0123456789abcdef";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
});
afterEach(() => host.remove());

describe("prepare.sh", () => {
    beforeEach(() => {
        // Its parts have tests of their own.
        for (const part of "kernel proxy packages containerd-archive kubernetes container-runtime network-managers kubelet vip hosts".split(
            " ",
        ))
            host.write(`scripts/prepare-${part}.sh`, `. "$here/noted.sh"\n`);
        host.write("scripts/noted.sh", `if [ -e "$STATE/stack" ]; then echo "owned" >>"${host.root}/parts"; fi\n`);
        const script = host.read("scripts/prepare.sh") ?? "";
        host.write("scripts/prepare.sh", script.replaceAll("/etc/machine-id", `${host.root}/etc/machine-id`), 0o755);
        host.write("etc/machine-id", `${ID}\n`);
    });
    const prepare = (inputs: Record<string, string> = {}) => host.run("prepare.sh", [], { ...INPUTS, ...inputs });

    test("its answer is one line of the machine-id and one word more", () => {
        const { status, stdout, stderr } = prepare();
        assert.equal(status, 0, stderr);
        assert.match(stdout, new RegExp(`^kubeadm-cluster> ${ID} \\S{1,64}\\n$`));
    });

    test("5: a machine-id of several lines, or of anything but 32 digits, is refused before anything is changed", () => {
        for (const text of [`${ID}\nother-node ${ID} -\n`, "", "uninitialized\n", `${ID} x\n`, ID.toUpperCase()]) {
            host.write("etc/machine-id", text);
            const { status, stdout, stderr } = prepare({ STACK_IDENTITY: "stack-1" });
            assert.deepEqual([status, stdout], [1, ""]);
            assert.match(stderr, /machine-id does not hold 32 hexadecimal digits; nothing was changed/);
            assert.equal(host.read(`${STATE}/stack`), undefined);
        }
    });

    test("3: the host is the stack's from its first change on, and another stack's prepare is refused", () => {
        prepare({ STACK_IDENTITY: "stack-1" });
        assert.equal(host.read(`${STATE}/stack`), "stack-1\n");
        assert.equal(host.read("parts"), "owned\n".repeat(10));
        const { status, stderr } = prepare({ STACK_IDENTITY: "stack-2" });
        assert.equal(status, 1);
        assert.match(stderr, /belongs to the stack with the identity stack-1/);
        assert.equal(host.read(`${STATE}/stack`), "stack-1\n");
    });

    test("what later steps are told of its inputs is whole, and for root alone", () => {
        prepare({
            REGISTRY_MIRRORS: "a b\nc d",
            PINNED_SUMS: "kubelet v1.32.0 amd64 abc",
            KUBERNETES_VERSION: "v1.32.0",
        });
        assert.match(
            host.read(`${STATE}/prepare-inputs`) ?? "",
            /REGISTRY_MIRRORS=\$'a b\\nc d'[^]*PINNED_SUMS="kubelet v1.32.0 amd64 abc"\n$/,
        );
        assert.equal(statSync(join(host.root, STATE, "prepare-inputs")).mode & 0o777, 0o600);
    });
});

/** A script that runs one part of prepare.sh. */
function driver(part: string, extra: Record<string, string> = {}) {
    host.write(
        "scripts/driver.sh",
        `#!/bin/bash
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
read_inputs ${[...Object.keys(INPUTS), ...Object.keys(extra)].join(" ")}
mkdir -p "$STATE" "$LOGS"
command() { if [ "$*" = "-v $MISSING" ]; then return 1; fi; builtin command "$@"; }
. "$here/prepare-${part}.sh"
`,
        0o755,
    );
    return (inputs: Record<string, string> = {}) => host.run("driver.sh", [], { ...INPUTS, ...extra, ...inputs });
}

describe("prepare-packages.sh", () => {
    const TOOLS = "containerd conntrack socat ethtool ebtables ipset iptables modprobe curl tc keepalived".split(" ");
    let prepare: ReturnType<typeof driver>;
    beforeEach(() => {
        for (const tool of [...TOOLS, "apt-get", "dpkg"]) host.program(tool, "");
        host.write("etc/debian_version", "12\n");
        prepare = driver("packages", { VIP_ADDRESS: "", MISSING: "socat" });
    });
    const packages = () =>
        host.calls.filter((call) => /^(dpkg|apt-get)/.test(call)).map((call) => call.replace(/ -[qoy]\S* ?\S*/g, ""));

    test("what is missing is installed, and no more", () => {
        const { status, stderr } = prepare();
        assert.equal(status, 0, stderr);
        assert.match(host.calls.at(-1) ?? "", /^apt-get .*install --no-install-recommends socat$/);
        assert.equal(prepare({ MISSING: "nothing" }).status, 0);
        assert.deepEqual(packages(), []);
    });

    test("6: a dpkg that was cut off goes on first, whether it says so or has left updates", () => {
        host.program("dpkg", '[ "$1" != --audit ] || echo "socat is only half configured"');
        assert.equal(prepare().status, 0);
        assert.deepEqual(packages().slice(0, 2), [
            "dpkg --audit",
            "dpkg --configure -a --force-confdef --force-confold",
        ]);
        host.program("dpkg", "");
        host.write("var/lib/dpkg/updates/0001", "");
        assert.equal(prepare().status, 0);
        assert.match(packages()[1] ?? "", /^dpkg --configure -a/);
    });

    test("6: packages in which an earlier run was cut off are installed again, though their programs are there", () => {
        host.program("apt-get", '[[ "$*" != *install* ]] || kill -9 $PPID');
        assert.notEqual(prepare().status, 0);
        host.program("apt-get", "");
        assert.equal(prepare({ MISSING: "nothing" }).status, 0);
        assert.match(host.calls.at(-1) ?? "", /^apt-get .*install --no-install-recommends socat$/);
        assert.equal(prepare({ MISSING: "nothing" }).status, 0);
        assert.deepEqual(packages(), []);
    });

    test("6: the error ends with apt's own reason", () => {
        host.program(
            "apt-get",
            'echo "W: slow"; echo "E: Could not get lock /var/lib/dpkg/lock"; echo "E: second"; exit 100',
        );
        assert.match(
            prepare().stderr,
            /apt-get update failed; .*; it says: E: Could not get lock \/var\/lib\/dpkg\/lock\n$/,
        );
    });
});

describe("prepare-packages.sh on a host of the RHEL family", () => {
    const TOOLS = "containerd conntrack socat ethtool ebtables ipset iptables modprobe curl tc keepalived".split(" ");
    let prepare: ReturnType<typeof driver>;
    /** What rpm has: files in $ROOT/rpm. */
    const RPM = `name=\${@: -1}; case "$*" in "-V "*) exit 0 ;; esac
if [ -e "$ROOT/rpm/$name" ]; then echo "1 $name"; else echo "package $name is not installed"; exit 1; fi`;
    const offering = (...names: string[]) =>
        host.program("dnf", `case "$*" in *repoquery*) printf '%s\\n' ${names.join(" ")} ;; esac`);
    beforeEach(() => {
        for (const tool of [...TOOLS, "apt-get"]) host.program(tool, "");
        host.program("rpm", RPM);
        offering("containerd.io");
        prepare = driver("packages", { VIP_ADDRESS: "", MISSING: "containerd" });
    });
    const installed = () =>
        host.calls.filter((call) => / install /.test(call)).map((call) => call.replace(/.* install /, ""));

    test("containerd is the distribution's own, or Docker's where that one is not", () => {
        assert.equal(prepare().status, 0);
        assert.deepEqual(installed(), ["containerd.io"]);
        offering("containerd.io", "containerd");
        assert.equal(prepare().status, 0);
        assert.deepEqual(installed(), ["containerd"]);
    });

    test("where no repository has it, both ways out are named", () => {
        offering();
        const { status, stderr } = prepare();
        assert.equal(status, 1);
        assert.match(
            stderr,
            /none of this host's package repositories has containerd; set containerRuntime\.source to archive, or add Docker's/,
        );
        assert.deepEqual(installed(), []);
    });

    test("packages in which an earlier run was cut off are installed again", () => {
        host.program("dnf", '[[ "$*" != *install* ]] || kill -9 $PPID');
        assert.notEqual(prepare({ MISSING: "socat" }).status, 0);
        offering();
        assert.equal(prepare({ MISSING: "nothing" }).status, 0);
        assert.deepEqual(installed(), ["socat"]);
        assert.equal(prepare({ MISSING: "nothing" }).status, 0);
        assert.deepEqual(installed(), []);
    });
});

describe("prepare-container-runtime.sh", () => {
    const CERTS = "etc/containerd/certs.d";
    let prepare: ReturnType<typeof driver>;
    beforeEach(() => {
        host.program("kubeadm", 'if [ "$1" = version ]; then echo v1.32.0; else echo registry.k8s.io/pause:3.10; fi');
        host.program("containerd", "echo containerd github.com/containerd/containerd/v2 v2.0.1 abc");
        host.program("systemctl", "");
        prepare = driver("container-runtime", { MISSING: "" });
    });

    test("7: a mirror's name is matched literally, and a name with a slash removes nothing", () => {
        const mirrors = (registries: string[]) =>
            prepare({ REGISTRY_MIRRORS: registries.map((one) => `${one} http://m`).join("\n") });
        assert.equal(mirrors(["a.b:5000", "c.d"]).status, 0);
        assert.match(
            host.read(`${CERTS}/a.b:5000/hosts.toml`) ?? "",
            /^server = "https:\/\/a\.b:5000"\n\n\[host\."http:\/\/m"\]/,
        );
        assert.equal(mirrors(["a-b:5000", "c.d"]).status, 0);
        assert.equal(host.read(`${CERTS}/a.b:5000/hosts.toml`), undefined);
        assert.equal(host.read(`${STATE}/mirrored-registries`), "a-b:5000\nc.d\n");
        host.write("victim/file", "theirs");
        host.write(`${STATE}/mirrored-registries`, "../../../victim\nc.d\n");
        assert.equal(mirrors([]).status, 0);
        assert.equal(host.read("victim/file"), "theirs");
        assert.equal(host.read(`${CERTS}/c.d/hosts.toml`), undefined);
        assert.match(mirrors(["../../victim"]).stderr, /\.\.\/\.\.\/victim is no registry's host and port/);
    });

    test("what the owner wrote for a registry comes back when its mirror goes, and its certificates stay", () => {
        for (const file of ["hosts.toml", "ca.crt"]) host.write(`${CERTS}/c.d/${file}`, "theirs");
        for (const run of ["first", "second"]) {
            assert.equal(prepare({ REGISTRY_MIRRORS: "c.d http://m" }).status, 0, run);
            assert.match(host.read(`${CERTS}/c.d/hosts.toml`) ?? "", /http:\/\/m/);
        }
        for (const run of ["first", "second"]) {
            assert.equal(prepare({ REGISTRY_MIRRORS: "" }).status, 0, run);
            for (const file of ["hosts.toml", "ca.crt"]) assert.equal(host.read(`${CERTS}/c.d/${file}`), "theirs");
        }
    });

    test("1: a kubeadm that fails ends the step, named", () => {
        host.program(
            "kubeadm",
            'if [ "$1" = version ]; then echo v1.32.0; else echo "no such version" >&2; exit 1; fi',
        );
        const { status, stderr } = prepare();
        assert.equal(status, 1);
        assert.match(stderr, /no such version[^]*kubeadm v1\.32\.0 does not name its images/);
    });

    test("a restart that a cut-off run owes is made by the next one", () => {
        host.program("systemctl", '[ "$1" != restart ] || kill -9 $PPID');
        assert.notEqual(prepare().status, 0);
        host.program("systemctl", "");
        assert.equal(prepare().status, 0);
        assert.ok(host.calls.includes("systemctl restart containerd"));
        assert.equal(prepare().status, 0);
        assert.ok(!host.calls.includes("systemctl restart containerd"));
    });
});

describe("prepare-kernel.sh", () => {
    const FSTAB =
        "UUID=1 / ext4 defaults 0 1\n# a swap line \n/dev/sda2\tnone swap sw 0 0\n\n/swapfile none swap sw 0 0";
    let prepare: ReturnType<typeof driver>;
    beforeEach(() => {
        host.write("proc/filesystems", "nodev\toverlay\n");
        host.write("proc/sys/fs/inotify/max_user_instances", "128\n");
        for (const key of ["ipv4/ip_forward", "bridge/bridge-nf-call-iptables", "bridge/bridge-nf-call-ip6tables"])
            host.write(`proc/sys/net/${key}`, "0\n");
        host.program("sysctl", 'key=${2%%=*}; echo "${2#*=}" >"$ROOT/proc/sys/${key//.//}"');
        for (const program of ["modprobe", "swapoff"]) host.program(program, "");
        host.write("proc/swaps", "Filename\tType\n/dev/sda2\tpartition\n");
        host.write("etc/fstab", FSTAB, 0o640);
        prepare = driver("kernel", { MISSING: "", PROTECT_KERNEL_DEFAULTS: "false" });
    });

    test("swap goes now and at boot; other lines of /etc/fstab, its mode and its end stay", () => {
        const { status, stderr } = prepare();
        assert.equal(status, 0, stderr);
        assert.equal(
            host.read("etc/fstab"),
            FSTAB.replace("/dev/sda2", "# kubeadm-cluster: /dev/sda2").replace(
                "/swapfile",
                "# kubeadm-cluster: /swapfile",
            ),
        );
        assert.equal(statSync(join(host.root, "etc/fstab")).mode & 0o777, 0o640);
        assert.equal(host.read("proc/sys/fs/inotify/max_user_instances"), "8192\n");
    });

    test("6: cut off behind swapoff, the next run still keeps swap off at boot; on the node's wish nothing is touched", () => {
        host.program("swapoff", ': >"$ROOT/proc/swaps"; kill -9 $PPID');
        assert.notEqual(prepare().status, 0);
        host.program("swapoff", "");
        assert.equal(prepare().status, 0);
        assert.match(host.read("etc/fstab") ?? "", /^# kubeadm-cluster: \/dev\/sda2/m);
        host.write("proc/swaps", "Filename\tType\n/dev/sda2\tpartition\n");
        host.write("etc/fstab", FSTAB);
        assert.equal(prepare({ KEEP_SWAP: "true" }).status, 0);
        assert.equal(host.read("etc/fstab"), FSTAB);
    });
});
