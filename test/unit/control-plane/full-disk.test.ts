import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { settingsInputs } from "./control-plane-inputs";
import { fill, noMounts, runCramped } from "../hosts/cramped-host";
import { ScriptHost } from "../hosts/script-host";
import { groupThatNeeds } from "../../group";

// reconfigure.sh where a disk is full: the control plane and what is kept of it survive.
const STATE = "var/lib/kubeadm-cluster";
const MANIFESTS = "etc/kubernetes/manifests";
const COMPONENTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
const BEFORE = "    - --from=kubeadm\n";
const LOOK = `cd "$ROOT/${MANIFESTS}"; sha256sum *.yaml`;

groupThatNeeds(noMounts, "reconfigure.sh on a full disk", () => {
    let host: ScriptHost;
    beforeEach(() => {
        host = new ScriptHost();
        host.program("curl", "exit 7");
        host.program("pgrep", "exit 1");
        host.program(
            "kubeadm",
            `for one in etcd kube-apiserver kube-controller-manager kube-scheduler; do
                [ -z "$KUBEADM_INIT_DRYRUN_DIR" ] || { cat "$ROOT/${MANIFESTS}/$one.yaml"; [ $one != kube-apiserver ] || echo "    - --v=4"; } >"$KUBEADM_INIT_DRYRUN_DIR/$one.yaml"
            done`,
        );
        for (const one of COMPONENTS) host.write(`${MANIFESTS}/${one}.yaml`, BEFORE);
        host.write(`${STATE}/initialised`, "");
        host.write(`${STATE}/kubernetes-version`, "v1.32.0\n");
        host.write(`${STATE}/init-configuration.yaml`, "kind: InitConfiguration\n");
        host.write(`${STATE}/kubeadm.yaml`, "kind: InitConfiguration\n---\nkind: ClusterConfiguration\n");
        host.write(`${STATE}/cluster-configuration.yaml`, "kind: ClusterConfiguration\n");
        host.write("var/log/kubeadm-cluster/x", "");
    });
    afterEach(() => host.remove());

    const digests = (text: string) =>
        new Set(
            text
                .trim()
                .split("\n")
                .map((line) => line.split(" ")[0]),
        );

    test("/etc full: every manifest is whole and what it was, and the error says which could not be written", () => {
        const { status, stderr, seen } = runCramped(host, "reconfigure.sh", fill(MANIFESTS), settingsInputs, LOOK);
        assert.equal(status, 1);
        assert.match(stderr, /the manifest of kube-apiserver could not be written and is as it was/);
        assert.equal(digests(seen).size, 1, seen);
    });

    test("/var full: no manifest is touched, and no half copy counts as kept", () => {
        const { status, stderr, seen } = runCramped(
            host,
            "reconfigure.sh",
            fill(STATE),
            settingsInputs,
            `${LOOK}; ls "$ROOT/${STATE}/manifests-kept" 2>/dev/null || :`,
        );
        assert.equal(status, 1);
        assert.match(stderr, /No space left on device/);
        assert.equal(digests(seen).size, 1, seen);
    });

    test("/etc full when a bad manifest is to be put back: its former one stays kept, and the next run puts it back", () => {
        const kept = `${STATE}/manifests-kept`;
        host.write(`${STATE}/cluster-configuration.yaml`, settingsInputs.CLUSTER_CONFIGURATION);
        for (const one of COMPONENTS) {
            host.write(`${kept}/${one}.yaml`, BEFORE);
            host.write(`${kept}/${one}.pod`, "\n");
        }
        host.write(`${MANIFESTS}/kube-apiserver.yaml`, `${BEFORE}    - --bad\n`);
        host.program(
            "kubeadm",
            `[ -z "$KUBEADM_INIT_DRYRUN_DIR" ] || for one in etcd kube-apiserver kube-controller-manager kube-scheduler; do cp "$ROOT/${MANIFESTS}/$one.yaml" "$KUBEADM_INIT_DRYRUN_DIR/"; done`,
        );
        const look = `ls "$ROOT/${kept}"; cmp "$ROOT/${kept}/kube-apiserver.yaml" "$ROOT/${MANIFESTS}/etcd.yaml" && echo same`;
        const inputs = settingsInputs;
        const environment = "export STEP_SECONDS=70; ";
        const { status, stderr, seen } = runCramped(
            host,
            "reconfigure.sh",
            environment + fill(MANIFESTS),
            inputs,
            look,
        );
        assert.equal(status, 1);
        assert.match(stderr, /not every former manifest could be put back: they are kept in \S+manifests-kept/);
        assert.match(seen, /kube-apiserver\.yaml\n[^]*same/);
        const again = host.run("reconfigure.sh", [], inputs, { STEP_SECONDS: "70" });
        assert.equal(again.status, 1);
        assert.match(again.stderr, /all settings are again what they were/);
        assert.equal(host.read(`${MANIFESTS}/kube-apiserver.yaml`), BEFORE);
        assert.equal(host.read(`${kept}/kube-apiserver.yaml`), undefined);
    });
});
