import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ScriptHost } from "../hosts/script-host";
import { initInputs } from "./control-plane-inputs";

const STATE = "var/lib/kubeadm-cluster";
const KUBELET = "var/lib/kubelet/config.yaml";

/** A kubeadm that patches the kubelet's settings as the real one: by a directory of the document or of the command line. */
const KUBEADM = `
directory= config= last=
for word in "$@"; do
    case $last in --patches) directory=$word ;; --config) config=$word ;; esac
    last=$word
done
[ -z "$config" ] || directory=$(sed -n 's/^  directory: "\\(.*\\)"$/\\1/p' "$config")
settings() { cat "$ROOT/cluster-settings"; [ -z "$directory" ] || cat "$directory"/kubeletconfiguration*; }
case "$*" in
"init --config"* | join* | "upgrade node"*) mkdir -p "$ROOT/var/lib/kubelet"; settings >"$ROOT/${KUBELET}" ;;
esac
[ -z "$config" ] || cp "$config" "$ROOT/document"
mkdir -p "$ROOT/etc/kubernetes/pki"; touch "$ROOT/etc/kubernetes/kubelet.conf"`;
const patch = (maxPods: number) => `kubeletconfiguration+merge.yaml 1\nmaxPods: ${maxPods}`;

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.program("kubeadm", KUBEADM);
    host.program(
        "kubectl",
        'case "$*" in *readyz*) echo -n ok ;; *"get node"*) echo "v1.32.0 True" ;; *) echo mark ;; esac',
    );
    host.write("cluster-settings", "cgroupDriver: systemd\n");
    host.write("etc/machine-id", "0".repeat(32));
});
afterEach(() => host.remove());

const directories = () => readdirSync(join(host.root, STATE, "patches"));
const inForce = () => host.read(`${STATE}/patches-in-force`)?.trim() ?? "";

describe("patches on a worker", () => {
    const INPUTS = { NODE_NAME: "worker-1", JOIN_CONFIGURATION: "kind: JoinConfiguration\n" };
    const joined = (more: Record<string, string>) => {
        host.write(`${STATE}/prepare-inputs`, "");
        host.write(`${STATE}/kubernetes-version`, "v1.32.0\n");
        const { status, stderr } = host.run("join.sh", [], { ...INPUTS, ...more });
        assert.equal(status, 0, stderr);
    };
    const renew = (settings: string, more: Record<string, string>) => {
        host.write("cluster-settings", settings);
        host.program(
            "kubectl",
            `case "$*" in *annotations*) printf 'mark ' ;; *configmap*) cat "$ROOT/cluster-settings" ;; *) echo "v1.32.0 True" ;; esac`,
        );
        const inputs = { KUBERNETES_VERSION: "v1.32.0", KUBELET_CONFIGURATION: settings, ...more };
        return host.run("renew-node.sh", ["worker-1"], inputs);
    };

    test("are in force at the join, and stay when a setting of the kubelet changes (case 37)", () => {
        joined({ PATCHES: patch(42) });
        assert.match(host.read("document") ?? "", /^kind: JoinConfiguration\npatches:\n  directory: "\S+"\n$/);
        assert.match(host.read(KUBELET) ?? "", /maxPods: 42/);
        const { status, stderr } = renew("imageMaximumGCAge: 10m\n", { PATCHES: patch(42) });
        assert.equal(status, 0, stderr);
        assert.equal(host.read(KUBELET), "imageMaximumGCAge: 10m\nmaxPods: 42\n");
    });

    test("of the owner's, in a directory of the host, stay as well", () => {
        host.write("srv/patches/kubeletconfiguration.yaml", "maxPods: 42\n");
        const PATCHES_DIRECTORY = join(host.root, "srv/patches");
        joined({ PATCHES_DIRECTORY });
        assert.match(host.read(KUBELET) ?? "", /maxPods: 42/);
        assert.equal(renew("imageMaximumGCAge: 10m\n", { PATCHES_DIRECTORY }).status, 0);
        assert.equal(host.read(KUBELET), "imageMaximumGCAge: 10m\nmaxPods: 42\n");
        assert.equal(inForce(), PATCHES_DIRECTORY);
        const { status, stderr } = renew("a: b\n", { PATCHES_DIRECTORY: "/nowhere/patches" });
        assert.equal(status, 1);
        assert.match(stderr, /patches\.directory \/nowhere\/patches is no directory on this host; nothing was changed/);
    });

    test("that change or go take and leave the kubelet, and no others are left on the host", () => {
        joined({ PATCHES: patch(42) });
        assert.equal(renew("cgroupDriver: systemd\n", { PATCHES: patch(43) }).status, 0);
        assert.match(host.read(KUBELET) ?? "", /maxPods: 43/);
        assert.deepEqual(
            directories().map((name) => join(host.root, STATE, "patches", name)),
            [inForce()],
        );
        assert.equal(renew("cgroupDriver: systemd\n", {}).status, 0);
        assert.equal(host.read(KUBELET), "cgroupDriver: systemd\n");
        assert.deepEqual([directories(), inForce()], [[], ""]);
    });

    test("that the kubelet refuses are named, and the former settings are there again", () => {
        joined({ PATCHES: patch(42) });
        const before = host.read(KUBELET);
        host.program("systemctl", `case "$*" in *is-active*) ! grep -q "maxPods: 9" "$ROOT/${KUBELET}" ;; esac`);
        const { status, stderr } = renew("cgroupDriver: systemd\n", { PATCHES: patch(9) });
        assert.equal(status, 1);
        assert.match(stderr, /does not run with the new settings \(patched by kubeletconfiguration\+merge\.yaml\)/);
        assert.equal(host.read(KUBELET), before);
    });

    test("whose name would be another file's are refused", () => {
        for (const name of ["../etcd.yaml", "etcd.yaml/x", ".etcd.yaml"]) {
            const { status, stderr } = host.run("join.sh", [], { ...INPUTS, PATCHES: `${name} 1\na: b` });
            assert.equal(status, 1);
            assert.match(stderr, /is no name of a patch of kubeadm; nothing was changed/);
        }
        assert.ok(!existsSync(join(host.root, "etc/kubernetes/kubelet.conf")));
    });
});

describe("patches on the control plane", () => {
    test("kubeadm init gets their directory behind its own document, and they are in force", () => {
        const { status, stderr } = host.run("init.sh", [], {
            ...initInputs,
            PATCHES: `etcd.yaml 1\nspec: {}\n${patch(42)}`,
        });
        assert.equal(status, 0, stderr);
        const [, directory = ""] =
            /^kind: InitConfiguration\npatches:\n  directory: "(\S+)"\n---\nkind: ClusterConfiguration/.exec(
                host.read("document") ?? "",
            ) ?? [];
        assert.equal(inForce(), directory);
        assert.deepEqual(readdirSync(directory), ["etcd.yaml", "kubeletconfiguration+merge.yaml"]);
        // What is the node's own has none: a later change is told by the inputs.
        assert.equal(host.read(`${STATE}/init-configuration.yaml`), "kind: InitConfiguration\n");
    });

    test("a node that joins gets them, too", () => {
        const { status, stderr } = host.run("init.sh", ["join"], {
            ...initInputs,
            JOIN_CONFIGURATION: "kind: JoinConfiguration\ntoken: a\n",
            OTHER_MASTERS: "10.0.0.9",
            PATCHES: patch(42),
        });
        assert.equal(status, 0, stderr);
        assert.match(host.read("document") ?? "", /^kind: JoinConfiguration\ntoken: a\npatches:\n/);
        assert.match(host.read(KUBELET) ?? "", /maxPods: 42/);
    });

    test("a directory that an earlier version has kept in the node's document is replaced", () => {
        host.driver(
            [],
            '. "$here/patches.sh"\npatched_document "$(cat)" /new\nprintf "%s\\n" "$document"\npatched_document "$document" ""\nprintf "%s\\n" "$document"\n',
        );
        const kept = "kind: InitConfiguration\npatches:\n  directory: /old\nskipPhases:\n  - a\n";
        const { stdout, stderr } = host.runWith("driver.sh", [], `END\n${kept}`);
        const without = kept.replace("patches:\n  directory: /old\n", "");
        assert.equal(stdout, `${without}patches:\n  directory: "/new"\n${without}`, stderr);
    });
});
