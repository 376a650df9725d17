import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { encodeInputs } from "../../../components/remote";
import { ScriptHost } from "./script-host";

/** Places of a host that only reset.sh looks at. */
const PLACES =
    /(?<![\w$}*.-])\/(etc\/(?:hosts|fstab|containerd|cni|modules-load\.d|sysctl\.d)|run\/flannel|var\/lib\/(?:cni|weave|containerd)|opt\/containerd|sys\/class\/net)/g;
const STATE = "var/lib/kubeadm-cluster";
const OWNER = "0123456789abcdef";

/** What was on the host before the program came, by path: text and mode. */
const BEFORE: Record<string, [string, number]> = {
    "etc/fstab": ["/dev/sda1 / ext4 defaults 0 1\n/dev/sda2 none swap sw 0 0\n# last line, without an end", 0o644],
    "etc/hosts": ["127.0.0.1 localhost\n10.0.0.9 db # not kubeadm-cluster's", 0o644],
    "etc/systemd/system/kubelet.service": ["[Unit]\nDescription=of the host's owner", 0o640],
    "var/lib/etcd/lost+found/of-the-file-system": ["", 0o600],
};

let host: ScriptHost;
beforeEach(() => (host = node()));
afterEach(() => host.remove());

/** systemctl where all units are so; `more` = what it does otherwise. */
const unitIs = (state: string, more = "") =>
    `case $* in show*) printf 'LoadState=loaded\\nActiveState=%s\\n' ${state} ;; ${more} esac`;

/** A host of which the program has made a control plane node, and on which a join was cut off. */
function node(): ScriptHost {
    const made = new ScriptHost();
    const scripts = join(made.root, "scripts");
    for (const name of readdirSync(scripts)) {
        const text = readFileSync(join(scripts, name), "utf8")
            .replace(PLACES, `${made.root}/$1`)
            .replace("for place in /etc ", `for place in ${made.root}/etc `);
        writeFileSync(join(scripts, name), text);
    }
    for (const program of ["ctr", "ip", "nft", "swapon", "ipset", "journalctl"]) made.program(program, "");
    for (const family of ["iptables", "ip6tables"]) {
        for (const kind of ["legacy", "nft"]) made.program(`${family}-${kind}-save`, "");
    }
    made.program("systemctl", unitIs("inactive"));
    made.program("kubeadm", "");
    made.write("usr/local/bin/kubeadm", made.read("bin/kubeadm") ?? "", 0o755);
    made.clear("bin/kubeadm");
    // As on a host: the program that has brought kubeadm takes it away.
    symlinkSync(join(made.root, "usr/local/bin/kubeadm"), join(made.root, "bin/kubeadm"));

    for (const [path, [text, mode]] of Object.entries(BEFORE)) {
        made.write(path, text, mode);
        chmodSync(join(made.root, path), mode);
    }
    const fstab = BEFORE["etc/fstab"]?.[0] ?? "";
    made.write("etc/fstab", fstab.replace("/dev/sda2", "# kubeadm-cluster: /dev/sda2"));
    made.write(
        "etc/hosts",
        "127.0.0.1 localhost\n10.0.0.1 master # kubeadm-cluster\n10.0.0.9 db # not kubeadm-cluster's",
    );
    made.write("etc/kubernetes/admin.conf", "secret");
    made.write("var/lib/etcd/member/snap", "secret");
    made.write("var/lib/kubelet/config.yaml", "a");
    made.write("home/admin/.kube/config", "secret");
    made.write("run/kubeadm-cluster-join.Ab12Cd", "token");
    made.write("run/kubeadm-cluster-verify.77/kubeadm.yaml", "a");
    made.write("etc/systemd/system/.kubelet.service.kubeadm-cluster-new", "half");
    made.write("var/log/kubeadm-cluster/init.log", "a");

    const unit = "etc/systemd/system/kubelet.service";
    const kept = `${unit}.before-kubeadm-cluster`;
    made.write(kept, BEFORE[unit]?.[0] ?? "");
    chmodSync(join(made.root, kept), BEFORE[unit]?.[1] ?? 0);
    made.write(unit, "[Unit]\nDescription=of kubeadm");
    const state = (name: string, text: string) => made.write(`${STATE}/${name}`, text);
    for (const file of [unit, "usr/local/bin/kubeadm"]) state(`made${join(made.root, file)}`, "\n");
    state(`wrote${join(made.root, unit)}`, "x\n");
    state("cluster-identity", "a\n");
    state("initialised", "\n");
    state("user-kubeconfig", `${join(made.root, "home/admin/.kube/config")}\n`);
    state("install", "binaries\n");
    state("kubernetes-version", "v1.32.0\n");
    state("kubeadm-join.Ab12Cd", "token");
    state("stack", `${OWNER}\n`);
    return made;
}

/** Runs reset.sh as a destroy does; `killAt` = before which of its commands it is killed. */
function reset(killAt = 0, identity = OWNER) {
    const script = join(host.root, "scripts/reset.sh");
    if (!existsSync(script)) return { status: 0, stderr: "", commands: 0 };
    const count = join(host.root, "count");
    writeFileSync(
        join(host.root, "killer"),
        `case $0 in */reset.sh) unset BASH_ENV; set -T; __at=0
        trap '__at=$((__at + 1)); [ "$__at" != ${killAt} ] || kill -KILL $$' DEBUG
        trap 'printf %s "$__at" >${count}' EXIT ;; esac\n`,
    );
    const { status, stderr } = spawnSync(script, [], {
        input: encodeInputs({ STACK_IDENTITY: identity }),
        encoding: "utf8",
        timeout: 60_000,
        env: { ...process.env, BASH_ENV: join(host.root, "killer") },
    });
    return { status, stderr, commands: existsSync(count) ? Number(readFileSync(count, "utf8")) : 0 };
}

/** All files of the host as "PATH MODE DIGEST", but those of this test and its doubles. */
function files(): string[] {
    return readdirSync(host.root, { recursive: true, encoding: "utf8" })
        .filter((name) => !/^(bin\/|calls$|count$|killer$|run\/kubeadm-cluster\.lock$)/.test(name))
        .filter((name) => statSync(join(host.root, name)).isFile())
        .map((name) => describeFile(name, readFileSync(join(host.root, name)), statSync(join(host.root, name)).mode))
        .sort();
}
const describeFile = (name: string, text: Buffer | string, mode: number): string =>
    `${name} ${(mode & 0o777).toString(8)} ${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
const bare = Object.entries(BEFORE)
    .map(([name, [text, mode]]) => describeFile(name, text, mode))
    .sort();

describe("reset.sh", () => {
    test("gives the host back as it was, byte for byte, and leaves nothing of its own", () => {
        const { status, stderr } = reset();
        assert.equal(status, 0, stderr);
        assert.deepEqual(files(), bare);
        assert.ok(!existsSync(join(host.root, "scripts")));
        assert.ok(!existsSync(join(host.root, STATE)));
        assert.ok(host.calls.includes("kubeadm reset -f --skip-phases=remove-etcd-member"));
    });

    test("findings 6 and 10: killed before any of its commands and run again, it ends and leaves the same", () => {
        const { commands } = reset();
        const POINTS = 6;
        assert.ok(commands > 100, `${commands} commands`);
        for (let point = 1; point <= POINTS; point++) {
            host.remove();
            host = node();
            const at = Math.floor((commands * point) / (POINTS + 1));
            assert.equal(reset(at).status, null, `killed before command ${at}`);
            const { status, stderr } = reset();
            assert.equal(status, 0, `run again after a kill before command ${at}: ${stderr}`);
            assert.deepEqual(files(), bare, `after a kill before command ${at}`);
        }
    });

    test("finding 10: where another run has taken the scripts along, there is nothing to do", () => {
        host.clear("scripts/lib.sh");
        assert.equal(reset().status, 0);
        assert.ok(!existsSync(join(host.root, "scripts")));
    });

    test("finding 3: a host of another stack is left as it is", () => {
        const before = files();
        const { status, stderr } = reset(0, "another-stack");
        assert.equal(status, 1);
        assert.match(stderr, /belongs to the stack with the identity 0123456789abcdef/);
        assert.deepEqual(files(), before);
    });

    test("a registry's name is no way out of its directory", () => {
        host.write(`${STATE}/mirrored-registries`, "../../kept\ndocker.io\n..\n");
        host.write("etc/kept/file", "a");
        host.write("etc/containerd/certs.d/docker.io/hosts.toml", "a");
        // As put notes what it has written.
        host.write(`${STATE}/wrote${host.root}/etc/containerd/certs.d/docker.io/hosts.toml`, "a");
        assert.equal(reset().status, 0);
        assert.equal(host.read("etc/kept/file"), "a");
        assert.equal(host.read("etc/containerd/certs.d/docker.io/hosts.toml"), undefined);
    });

    test("without kubeadm, which somebody removed by hand, the node is taken down all the same", () => {
        host.clear("usr/local/bin/kubeadm");
        const { status, stderr } = reset();
        assert.equal(status, 0, stderr);
        assert.deepEqual(files(), bare);
    });

    test("a kubelet that does not stop: its data stays, and that is said", () => {
        host.program("systemctl", unitIs("active", "'stop kubelet') exit 1 ;;"));
        const { status, stderr } = reset();
        assert.equal(status, 1);
        assert.match(stderr, /kubelet could not be stopped/);
        assert.equal(host.read("etc/kubernetes/admin.conf"), "secret");
    });

    test("a kubelet that would start with the host again, or a silent systemd, ends the reset", () => {
        host.program("systemctl", unitIs("inactive", "*disable*kubelet) exit 1 ;;"));
        assert.match(reset().stderr, /kubelet could not be switched off/);
        host.program("systemctl", "");
        assert.match(reset().stderr, /systemd does not say what the unit \S+ does/);
    });

    test("a containerd that keeps its images, or does not name them, ends the reset", () => {
        host.program("systemctl", unitIs("active"));
        host.program("ctr", "exit 1");
        assert.match(reset().stderr, /containerd does not say which images it has/);
        host.program("ctr", "case $* in *list*) echo pause:3.10 ;; *) exit 1 ;; esac");
        assert.match(reset().stderr, /containerd does not let its images go/);
        host.program("ctr", "");
        assert.equal(reset().status, 0);
    });
});
