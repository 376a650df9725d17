import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ScriptHost } from "../hosts/script-host";

const STATE = "var/lib/kubeadm-cluster";
const MANIFESTS = "etc/kubernetes/manifests";
const COMPONENTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
/** No process of this machine has this number. */
const PID = "99999999";

const documents = (settings: Record<string, string> = {}) =>
    ["ClusterConfiguration", "KubeletConfiguration", "KubeProxyConfiguration"]
        .map((kind) => `kind: ${kind}\n${settings[kind] ?? "as: before"}\n`)
        .join("---\n")
        .replace("\n", "\nkubernetesVersion: v1.32.0\n");

/** What kubeadm makes of the settings: each component's manifest holds the lines that name it. */
const KUBEADM = `
config=; for word in "$@"; do [ "$last" != --config ] || config=$word; last=$word; done
made() { { echo "    - --from=kubeadm"; [ "$1" != etcd ] || echo "    - --data-dir=$ROOT/var/lib/etcd"; sed -n "s/^flag-$1: /    - /p" "$config"; } >"$KUBEADM_INIT_DRYRUN_DIR/$1.yaml"; }
made_patched() { made "$1"; [ -z "$patches" ] || sed -n 's/^flag: /    - /p' "$patches"/"$1"* 2>/dev/null >>"$KUBEADM_INIT_DRYRUN_DIR/$1.yaml" || :; }
patches=; [ -z "$config" ] || patches=$(sed -n 's/^  directory: "\\(.*\\)"$/\\1/p' "$config")
case "$*" in
*"addon coredns"*print*) sed -n "s/^dns-tag: //p" "$config"; [ -z "$patches" ] || cat "$patches"/corednsdeployment* 2>/dev/null || : ;;
*control-plane*) made kube-apiserver; made kube-controller-manager; made_patched kube-scheduler ;;
*"etcd local"*) made etcd ;;
*"upgrade node phase kubelet-config"*) cat "$ROOT/kubelet-to-be" >"$ROOT/var/lib/kubelet/config.yaml" ;;
esac`;
/** A kubelet that is restarted runs the Pod of every manifest, but those whose manifest has a bad flag. */
const KUBELET = `
[ "$1 $2" = "restart kubelet" ] || exit 0
for file in "$ROOT"/${MANIFESTS}/*.yaml; do
    component=$(basename "$file" .yaml); hash=$(md5sum <"$file" | cut -c1-32)
    logs=$ROOT/var/log/pods/kube-system_$component-this-host_$hash/$component; mkdir -p "$logs"
    if grep -q bad "$file"; then
        rm -f "$ROOT/running-$component"
        for n in 0 1 2; do echo "2026 stderr F Error: unknown flag --bad" >"$logs/$n.log"; done
    else echo "pod$hash" >"$ROOT/running-$component"; fi
done`;

let host: ScriptHost;
const manifestOf = (component: string) =>
    `    - --from=kubeadm\n${component === "etcd" ? `    - --data-dir=${host.root}/var/lib/etcd\n` : ""}`;
beforeEach(() => {
    host = new ScriptHost();
    host.program("kubeadm", KUBEADM);
    host.program("systemctl", KUBELET);
    host.program(
        "pgrep",
        `for f in "$ROOT"/running-*; do case $f in *"$2"*) cat "$f" >"$ROOT/proc/${PID}/cgroup"; echo ${PID} ;; esac; done`,
    );
    host.write(`proc/${PID}/cgroup`, "");
    host.program("curl", "");
    host.write(`${STATE}/initialised`, "");
    host.write(`${STATE}/kubernetes-version`, "v1.32.0\n");
    host.write(`${STATE}/kubeadm.yaml`, `kind: InitConfiguration\n---\n${documents()}`);
    host.write(`${STATE}/cluster-configuration.yaml`, documents());
    host.write("var/lib/kubelet/config.yaml", "as before");
    host.write("kubelet-to-be", "as before");
    for (const component of COMPONENTS) {
        host.write(`${MANIFESTS}/${component}.yaml`, manifestOf(component));
        host.write(`running-${component}`, `pod${"0".repeat(32)}\n`);
        host.write(`var/log/pods/kube-system_${component}-this-host_${"0".repeat(32)}/0.log`, "");
    }
});
afterEach(() => host.remove());

const inputs = (settings: Record<string, string>, version = "v1.32.0") => {
    const CLUSTER_CONFIGURATION = documents(settings);
    const [cluster = "", kubelet = "", proxy = ""] = CLUSTER_CONFIGURATION.split("---\n");
    return {
        NODE_NAME: "this-host",
        KUBERNETES_VERSION: version,
        CLUSTER_CONFIGURATION,
        KUBELET_CONFIGURATION: kubelet,
        KUBE_PROXY_CONFIGURATION: proxy,
        CERTIFICATE_CONFIGURATION: `${cluster}certificatesDir: ${host.root}/run/kubeadm-cluster-api-certificate\n`,
    };
};
const reconfigure = (settings: Record<string, string>) => host.run("reconfigure.sh", [], inputs(settings));
const settings = () => host.read(`${STATE}/cluster-configuration.yaml`);
const kept = () => existsSync(join(host.root, STATE, "manifests-kept"));
const phases = () =>
    host.calls
        .filter((call) => call.startsWith("kubeadm init phase"))
        .map((call) => call.replace(/ --config.*/, "").slice(19));

test("settings that are in force already start nothing", () => {
    const { status, stderr } = reconfigure({});
    assert.equal(status, 0, stderr);
    assert.deepEqual(host.calls, []);
});

test("only the component whose flag changed is replaced; kubeadm's copy follows, the node's own document stays", () => {
    const { status, stderr } = reconfigure({ ClusterConfiguration: "flag-kube-scheduler: --v=4" });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "changing kube-scheduler\n");
    assert.equal(host.read(`${MANIFESTS}/kube-scheduler.yaml`), "    - --from=kubeadm\n    - --v=4\n");
    assert.equal(host.read(`${MANIFESTS}/kube-apiserver.yaml`), "    - --from=kubeadm\n");
    assert.deepEqual(phases(), ["control-plane all", "etcd local", "upload-config kubeadm"]);
    assert.match(settings() ?? "", /--v=4/);
    assert.match(
        host.read(`${STATE}/kubeadm.yaml`) ?? "",
        /^kind: InitConfiguration\n---\nkind: ClusterConfiguration\nkubernetesVersion: v1.32.0\nflag/,
    );
    assert.ok(!kept());
});

test("while the API server is away, the controller manager is held, and begins anew when it is back", async () => {
    const controllers = spawn("sleep", ["60"]);
    const ended = once(controllers, "exit");
    host.program(
        "pgrep",
        `[ "$2" != kube-controller ] || { mkdir -p "$ROOT/proc/${controllers.pid}"; cp "$ROOT/running-kube-controller-manager" "$ROOT/proc/${controllers.pid}/cgroup"; echo ${controllers.pid}; }
        [ "$2" != kube-apiserver ] || { ps -o state= -p ${controllers.pid} >>"$ROOT/states"; cp "$ROOT/running-$2" "$ROOT/proc/${PID}/cgroup"; echo ${PID}; }`,
    );
    const { status, stderr } = reconfigure({ ClusterConfiguration: "flag-kube-apiserver: --v=4" });
    assert.equal(status, 0, stderr);
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    assert.match(host.read("states") ?? "", /^(S\n)+(T\n)+$/);
});

test("a bad flag: all manifests are again what they were, and the error has the flag and the component's own words", () => {
    const { status, stderr } = reconfigure({
        ClusterConfiguration: "flag-kube-apiserver: --v=4\nflag-kube-scheduler: --bad=1",
    });
    assert.equal(status, 1);
    assert.match(stderr, /kube-scheduler says:\n(Error: unknown flag --bad\n)+/);
    assert.match(
        stderr,
        /this-host: kube-scheduler did not come up with \(before -, now \+\) \+ --bad=1; all settings are again/,
    );
    for (const component of COMPONENTS)
        assert.equal(host.read(`${MANIFESTS}/${component}.yaml`), manifestOf(component), component);
    assert.equal(settings(), documents());
    assert.ok(!kept());
});

/** What is in force on the host, as an earlier run has left it. */
const PATCHED = "kube-scheduler0.yaml 1\nflag: --v=3";
const patched = (PATCHES: string, settings: Record<string, string> = {}) =>
    host.run("reconfigure.sh", [], { ...inputs(settings), ...(PATCHES !== "" && { PATCHES }) });

test("a patch is rolled out like a flag, stays while others change, and goes when it is taken out", () => {
    const scheduler = () => host.read(`${MANIFESTS}/kube-scheduler.yaml`);
    assert.equal(patched(PATCHED).stderr, "changing kube-scheduler\n");
    assert.equal(scheduler(), "    - --from=kubeadm\n    - --v=3\n");
    assert.equal(patched(PATCHED).stderr, "");
    assert.equal(
        patched(PATCHED, { ClusterConfiguration: "flag-kube-apiserver: --v=4" }).stderr,
        "changing kube-apiserver\n",
    );
    assert.equal(scheduler(), "    - --from=kubeadm\n    - --v=3\n");
    const { status, stderr } = patched("", { ClusterConfiguration: "flag-kube-apiserver: --v=4" });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "changing kube-scheduler\n");
    assert.equal(scheduler(), "    - --from=kubeadm\n");
    assert.equal(host.read(`${STATE}/patches-in-force`), undefined);
});

test("a patch that the component refuses is named, and every manifest and the patches are what they were", () => {
    patched(PATCHED);
    const before = host.read(`${STATE}/patches-in-force`);
    const { status, stderr } = patched("kube-scheduler0.yaml 1\nflag: --bad=1");
    assert.equal(status, 1);
    assert.match(
        stderr,
        /kube-scheduler did not come up .* \+ --bad=1 \(patched by kube-scheduler0\.yaml\); all settings are again/,
    );
    assert.equal(host.read(`${MANIFESTS}/kube-scheduler.yaml`), "    - --from=kubeadm\n    - --v=3\n");
    assert.equal(host.read(`${STATE}/patches-in-force`), before);
    assert.equal(patched(PATCHED).stderr, "");
});

test("a patch that moves etcd's data is refused, and nothing is changed: it would begin empty", () => {
    host.program(
        "kubeadm",
        KUBEADM.replace(
            "made etcd ;;",
            'made etcd; sed -i "s|data-dir=.*|data-dir=/elsewhere|" "$KUBEADM_INIT_DRYRUN_DIR/etcd.yaml" ;;',
        ),
    );
    const { status, stderr } = patched("etcd.yaml 1\na: b");
    assert.equal(status, 1);
    assert.match(stderr, /etcd would begin empty in \/elsewhere; nothing was changed/);
    assert.equal(host.read(`${MANIFESTS}/etcd.yaml`), manifestOf("etcd"));
});

test("CoreDNS is made anew where kubeadm would make another one of it, and only then", () => {
    host.program(
        "kubectl",
        'case "$*" in *readyz*) echo -n ok ;; *"get deployment coredns"*) echo deployment.apps/coredns ;; esac',
    );
    const dns = () => host.calls.filter((call) => /^kubeadm init phase addon coredns(?!.*--print-manifest)/.test(call));
    assert.equal(reconfigure({ ClusterConfiguration: "flag-kube-scheduler: --v=4" }).status, 0);
    assert.equal(dns().length, 0);
    const { status, stderr } = reconfigure({ ClusterConfiguration: "flag-kube-scheduler: --v=4\ndns-tag: v1.12.9" });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "changing CoreDNS\n");
    assert.equal(dns().length, 1);
    assert.equal(
        patched("corednsdeployment.yaml 1\nspec: {replicas: 3}", {
            ClusterConfiguration: "flag-kube-scheduler: --v=4\ndns-tag: v1.12.9",
        }).stderr,
        "changing CoreDNS\n",
    );
    assert.equal(dns().length, 1);
});

test("a CoreDNS that does not come up is named, and made again as it was", () => {
    host.program(
        "kubectl",
        'case "$*" in *readyz*) echo -n ok ;; *"get deployment coredns"*) echo deployment.apps/coredns ;; *rollout*) echo x >>"$ROOT/asked"; [ "$(wc -l <"$ROOT/asked")" -gt 1 ] ;; esac',
    );
    const { status, stderr } = reconfigure({ ClusterConfiguration: "dns-tag: nowhere" });
    assert.equal(status, 1);
    assert.match(stderr, /CoreDNS did not come up with these settings .*; all settings are again what they were/);
    const told = host.calls.filter((call) => /addon coredns(?!.*--print-manifest)/.test(call));
    assert.deepEqual(
        told.map((call) => call.includes("/reconfigure/")),
        [true, false],
    );
    assert.equal(settings(), documents());
});

test("a change that was cut off is checked and finished by the next run", () => {
    host.write(`${STATE}/manifests-kept/kube-scheduler.yaml`, "    - --from=kubeadm\n");
    host.write(`${STATE}/manifests-kept/kube-scheduler.pod`, `pod${"0".repeat(32)}\n`);
    host.write(`${MANIFESTS}/kube-scheduler.yaml`, "    - --from=kubeadm\n    - --v=4\n");
    host.write("running-kube-scheduler", `pod${"1".repeat(32)}\n`);
    const { status, stderr } = reconfigure({ ClusterConfiguration: "flag-kube-scheduler: --v=4" });
    assert.equal(status, 0, stderr);
    assert.ok(!host.calls.includes("systemctl restart kubelet"), "it ran already");
    assert.ok(!kept());
});

test("settings of kubelet and kube-proxy are uploaded only where they changed", () => {
    host.write("kubelet-to-be", "maxPods: 50");
    assert.equal(reconfigure({ KubeletConfiguration: "maxPods: 50" }).status, 0);
    assert.deepEqual(phases().slice(2), ["upload-config kubelet", "upload-config kubeadm"]);
    assert.ok(host.calls.includes("systemctl restart kubelet"));
    assert.equal(
        reconfigure({ KubeletConfiguration: "maxPods: 50", KubeProxyConfiguration: "mode: nftables" }).status,
        0,
    );
    assert.deepEqual(phases().slice(2), ["addon kube-proxy", "upload-config kubeadm"]);
    assert.ok(!host.calls.includes("systemctl restart kubelet"));
});

/** A certificate double is its names, one a line; the API server double serves the file that is in place. */
const OPENSSL = `[ "$1" = x509 ] && exec cat; cat "$ROOT/etc/kubernetes/pki/apiserver.crt"`;
test("other names of the API server make another certificate; the same names leave it alone", () => {
    const certificate = "etc/kubernetes/pki/apiserver.crt";
    host.program("openssl", OPENSSL);
    host.program(
        "kubeadm",
        `${KUBEADM}
        case "$*" in *"certs apiserver"*)
            directory=$(sed -n 's/^certificatesDir: //p' "$config")
            [ -e "$directory/ca.key" ] || exit 1
            { echo header; sed -n 's/^name: /DNS:/p' "$config"; } >"$directory/apiserver.crt"
            echo new >"$directory/apiserver.key"
        esac`,
    );
    for (const file of ["ca.crt", "ca.key"]) host.write(`etc/kubernetes/pki/${file}`, "");
    host.write(certificate, "header\nDNS:one\n");
    host.write("etc/kubernetes/pki/apiserver.key", "old\n");
    assert.equal(reconfigure({ ClusterConfiguration: "name: one" }).status, 0);
    assert.equal(host.read("etc/kubernetes/pki/apiserver.key"), "old\n");
    const { status, stderr } = reconfigure({ ClusterConfiguration: "name: two" });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /new certificate of the API server/);
    assert.equal(host.read(certificate), "header\nDNS:two\n");
    assert.equal(host.read("etc/kubernetes/pki/apiserver.key"), "new\n");
});

test("an upgrade forgets nothing of the settings of before: kube-proxy, whose are the same, is not rolled out again", () => {
    const inputsOfPrepare = { NODE_NAME: "this-host", KUBERNETES_VERSION: "v1.32.1", INSTALL: "none" };
    const others = ["PACKAGES_URL", "PACKAGES_KEY", "PACKAGES_UNSIGNED", "BINARIES_URL", "REGISTRY_MIRRORS"];
    const values = { ...Object.fromEntries(others.map((name) => [name, ""])), ...inputsOfPrepare };
    const lines = Object.entries({ ...values, IMAGE_REPOSITORY: "registry.k8s.io", RESTRICT_OOM_SCORE: "false" });
    host.write(`${STATE}/prepare-inputs`, lines.map(([name, value]) => `${name}="${value}"\n`).join(""));
    // etcd is saved already.
    host.write(`${STATE}/upgrade-to-v1.32.1`, "");
    host.write(`${STATE}/last-snapshot`, "/snapshot.db\n");
    const version = 'case "$1" in version) echo v1.32.1 ;; --version) echo Kubernetes v1.32.1 ;; esac';
    host.program("kubelet", version);
    host.program("containerd", "echo containerd github.com/containerd/containerd v1.7.24");
    host.program("kubeadm", `${version}\n[ "$1" != config ] || echo registry.k8s.io/pause:3.10\n${KUBEADM}`);
    host.program(
        "kubectl",
        'case "$*" in *readyz*) echo -n ok ;; version*) echo v1.32.1 ;; *kubeletVersion*) echo -n "v1.32.1 True" ;; *spec.unsch*) echo -n "cordoned " ;; *annotations*) echo -n "mark " ;; esac',
    );
    const { status, stderr } = host.run("reconfigure.sh", [], inputs({ ClusterConfiguration: "" }, "v1.32.1"));
    assert.equal(status, 0, stderr);
    assert.equal(host.read(`${STATE}/kubernetes-version`), "v1.32.1\n");
    assert.deepEqual(phases(), ["upload-config kubeadm", "control-plane all", "etcd local", "upload-config kubeadm"]);
});
