import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fill, noMounts, runCramped } from "./cramped-host";
import { ScriptHost } from "./script-host";

const STATE = "var/lib/kubeadm-cluster";
const ARCH = process.arch === "arm64" ? "arm64" : "amd64";
const INPUTS = {
    INSTALL: "binaries",
    BINARIES_URL: "https://mirror/bin",
    CNI_PLUGINS_URL: "http://mirror/cni",
    PINNED_SUMS: "",
    COMMAND: "",
};
const sum = (text: string) => createHash("sha256").update(text).digest("hex");
const TEXT = "program of v1.32.0\n";

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    // The mirror: files below $ROOT/site. curl is called with -o FILE, or prints.
    host.program(
        "curl",
        `url=\${@: -1}; out=/dev/stdout
while [ $# -gt 0 ]; do if [ "$1" = -o ]; then out=$2; fi; shift; done
[ -e "$ROOT/site/\${url#*://}" ] || exit 22
cat "$ROOT/site/\${url#*://}" >"$out"`,
    );
    host.driver(
        Object.keys(INPUTS),
        `NODE_NAME=worker-1
mkdir -p "$LOGS"
. "$here/install-kubernetes.sh"
$COMMAND
`,
    );
    for (const name of ["kubeadm", "kubelet"]) {
        const url = `mirror/bin/v1.32.0/bin/linux/${ARCH}/${name}`;
        host.write(`site/${url}`, name + TEXT);
        host.write(`site/${url}.sha256`, sum(name + TEXT));
    }
});
afterEach(() => host.remove());

const run = (COMMAND: string, PINNED_SUMS = "") => host.run("driver.sh", [], { ...INPUTS, COMMAND, PINNED_SUMS });
const install = (pinned = "") => run("install_kubernetes v1.32.0 kubeadm kubelet", pinned);
const asked = () => host.calls.filter((call) => call.startsWith("curl")).map((call) => call.split("/").at(-1));
const programs = () => {
    const names = readdirSync(join(host.root, "usr/local/bin"));
    return names.sort();
};

describe("programs from a site", () => {
    test("they are staged where they will be, verified, and for all to run", () => {
        host.write("usr/local/bin/.kubelet.kubeadm-cluster-new", "half of an earlier ru");
        const { status, stderr } = install();
        assert.equal(status, 0, stderr);
        assert.deepEqual(programs(), ["kubeadm", "kubelet"]);
        assert.equal(host.read("usr/local/bin/kubelet"), `kubelet${TEXT}`);
        assert.equal(statSync(join(host.root, "usr/local/bin/kubelet")).mode & 0o777, 0o755);
        assert.deepEqual(readdirSync(join(host.root, STATE)).sort(), ["made"]);
    });

    test("one that is not what its sum says leaves all as they were, and nothing beside them", () => {
        host.write("usr/local/bin/kubeadm", "old");
        host.write(`site/mirror/bin/v1.32.0/bin/linux/${ARCH}/kubelet`, "bad");
        const { status, stderr } = install();
        assert.equal(status, 1);
        assert.match(stderr, /kubelet has the SHA-256 [0-9a-f]+, its published one is /);
        assert.equal(host.read("usr/local/bin/kubeadm"), "old");
        assert.deepEqual(programs(), ["kubeadm", "kubeadm.before-kubeadm-cluster"]);
    });

    test("1: a full disk leaves the old ones, and the step fails naming it", { skip: noMounts }, () => {
        host.write("usr/local/bin/kubeadm", "old");
        host.write(`site/mirror/bin/v1.32.0/bin/linux/${ARCH}/kubeadm`, "x".repeat(400_000));
        host.write(`site/mirror/bin/v1.32.0/bin/linux/${ARCH}/kubeadm.sha256`, sum("x".repeat(400_000)));
        const inputs = { ...INPUTS, COMMAND: "install_kubernetes v1.32.0 kubeadm" };
        const free = fill("usr/local/bin").replace(/cat \/dev\/zero.*/, "");
        const { status, stderr, seen } = runCramped(
            host,
            "driver.sh",
            free,
            inputs,
            'cat "$ROOT/usr/local/bin/kubeadm"',
        );
        assert.equal(seen, "old");
        assert.equal(status, 1);
        assert.match(stderr, /No space left on device[^]*cannot download \S+kubeadm/);
    });
});

describe("8: pinned sums", () => {
    const pin = (name: string, text: string, version = "v1.32.0") => `${name} ${version} ${ARCH} ${sum(text)}\n`;

    test("where there is one the mirror's is not asked for; where there is none, as before", () => {
        const { status, stderr } = install(`${pin("kubectl", "else")}${pin("kubelet", `kubelet${TEXT}`)}`);
        assert.equal(status, 0, stderr);
        assert.deepEqual(asked().sort(), ["kubeadm", "kubeadm.sha256", "kubelet"]);
    });

    test("a mirror that gives another program with its sum is refused", () => {
        const { status, stderr } = install(pin("kubelet", "the publisher's"));
        assert.equal(status, 1);
        assert.match(stderr, /kubelet has the SHA-256 [0-9a-f]+, its pinned one is [0-9a-f]+; nothing was installed/);
        assert.deepEqual(programs(), []);
    });

    test("that of another version, machine or program is none of this one", () => {
        const others = [
            pin("kubelet", "else", "v1.32.1"),
            pin("kubelet", "else").replace(ARCH, "riscv64"),
            pin("kube", "else"),
        ];
        assert.equal(install(others.join("")).status, 0);
        assert.ok(asked().includes("kubelet.sha256"));
    });

    test("an https address leads to https alone", () => {
        install();
        for (const call of host.calls.filter((one) => one.startsWith("curl")))
            assert.match(call, /--proto-redir =https /);
        run("install_cni_plugins v1.6.2");
        for (const call of host.calls.filter((one) => one.startsWith("curl"))) assert.doesNotMatch(call, /proto-redir/);
    });
});

describe("the CNI plug-ins", () => {
    const archive = (version: string, names: string[]) => {
        const site = `site/mirror/cni/${version}`;
        const file = `cni-plugins-linux-${ARCH}-${version}.tgz`;
        for (const name of names) host.write(`${site}/in/${name}`, version, 0o755);
        const path = join(host.root, site);
        const pack = `tar -C "$ROOT/${site}/in" -czf "${path}/${file}" . && sha256sum <"${path}/${file}" | cut -d" " -f1 >"${path}/${file}.sha256"`;
        host.program("pack", pack);
        assert.equal(host.run("driver.sh", [], { ...INPUTS, COMMAND: "pack" }).status, 0);
    };
    const plugins = () => readdirSync(join(host.root, "opt/cni/bin")).sort();

    test("come whole, in place of those of an earlier version and beside others; and go, but no others", () => {
        host.write("opt/cni/bin/weave-net", "theirs");
        archive("v1.6.1", ["bridge", "old"]);
        archive("v1.6.2", ["bridge", "host-local"]);
        assert.equal(run("install_cni_plugins v1.6.1").status, 0);
        host.write("opt/cni/bin/.kubeadm-cluster-new/half", "");
        assert.equal(run("install_cni_plugins v1.6.2").status, 0);
        assert.equal(host.read("opt/cni/bin/bridge"), "v1.6.2");
        assert.deepEqual(plugins(), ["bridge", "host-local", "old", "weave-net"]);
        assert.equal(host.read(`${STATE}/cni-plugins`), "bridge\nhost-local\nold\n");
        assert.equal(host.read(`${STATE}/cni-plugins-version`), "v1.6.2\n");
        assert.equal(run("uninstall_binaries").status, 0);
        assert.deepEqual(plugins(), ["weave-net"]);
    });

    test("1: a full disk leaves those that are there, and no mark of the new ones", { skip: noMounts }, () => {
        archive("v1.6.2", ["bridge"]);
        host.write("opt/cni/bin/bridge", "v1.6.1");
        host.write(`${STATE}/cni-plugins-version`, "v1.6.1\n");
        const inputs = { ...INPUTS, COMMAND: "install_cni_plugins v1.6.2" };
        const { status, stderr, seen } = runCramped(
            host,
            "driver.sh",
            fill("opt/cni/bin"),
            inputs,
            'cat "$ROOT/opt/cni/bin/bridge"',
        );
        assert.deepEqual([status, seen], [1, "v1.6.1"]);
        assert.match(stderr, /No space left on device[^]*the CNI plug-ins could not be unpacked/);
        assert.equal(host.read(`${STATE}/cni-plugins-version`), "v1.6.1\n");
    });
});
