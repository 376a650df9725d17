import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { validateConfig } from "../../../components/config";
import { warnings } from "../../../components/config/checks";
import {
    controlPlaneJoin,
    initConfiguration,
    joinConfiguration,
} from "../../../components/control-plane/kubeadm-config";
import { patchInputs } from "../../../components/control-plane/patches";
import { patchTargets } from "../../../components/releases/patch-targets";
import { cluster, nodeOf, raw } from "./cluster";

const refused = (patches: Record<string, unknown>, more: object = {}) => {
    const kubernetes = { ...more, kubeadm: { patches } };
    return (validateConfig({ ...raw(), kubernetes }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
};
const only = (patches: Record<string, unknown>, pattern: RegExp, more: object = {}) => {
    const problems = refused(patches, more);
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0] ?? "", pattern);
};
const PATHS = "kubernetes\\.kubeadm\\.patches\\.";

describe("kubernetes.kubeadm.patches", () => {
    test("every target, suffix, type and ending of kubeadm is taken", () => {
        const patches = {
            "kube-apiserver.yaml": "spec: {priority: 1}",
            "kube-controller-manager0+merge.json": '{"spec": {"priority": 1}}',
            "kube-scheduler_a+json.yaml": "- {op: replace, path: /spec/priority, value: 1}",
            "etcd+strategic.yaml": "spec:\n  containers:\n  - name: etcd\n    resources: {requests: {cpu: 200m}}",
            "kubeletconfiguration+merge.yaml": "maxPods: 42",
            "corednsdeployment1.yaml": "spec:\n  replicas: 3",
        };
        assert.deepEqual(refused(patches), []);
        assert.deepEqual(cluster({ kubernetes: { kubeadm: { patches } } }).kubernetes.kubeadm.patches, patches);
    });

    test("a name of another form, an unknown target, a target that this minor release does not have", () => {
        only({ "kube-apiserver+mrege.yaml": "spec: {}" }, new RegExp(`^${PATHS}.*: must be named TARGET`));
        only({ "kube-apiserver.yml": "spec: {}" }, /must be named TARGET/);
        only({ "../etcd.yaml": "spec: {}" }, /must be named TARGET/);
        only(
            { "kube-apisrver.yaml": "spec: {}" },
            /kube-apisrver is nothing that kubeadm patches; did you mean kube-apiserver\?/,
        );
        only({ "kubeproxy.yaml": "a: b" }, /kubeproxy is nothing that kubeadm patches/);
        const older = { version: "1.31.0" };
        only({ "corednsdeployment.yaml": "spec: {}" }, /since Kubernetes 1\.32; this is 1\.31/, older);
        assert.deepEqual(refused({ "etcd.yaml": "spec: {priority: 1}" }, older), []);
    });

    test("what is no YAML, empty, or of another form than its type", () => {
        only({ "etcd.yaml": "spec: [" }, /is no YAML that can be read/);
        only({ "etcd.yaml": "# nothing" }, /is empty, and would change nothing/);
        only({ "etcd.yaml": "- {op: add, path: /a, value: b}" }, /a list of operations has \+json in its name/);
        only({ "etcd+json.yaml": "spec: {}" }, /must be a list of operations/);
        only({ "etcd+json.yaml": "[{op: set, path: /a}]" }, /op must be one of add, .*; found "set"/);
        only({ "etcd+json.yaml": "[{op: add, path: a}]" }, /path must begin with \//);
        only({ "etcd.yaml": "specs: {}" }, /specs: is no field of a Pod; did you mean spec\?/);
        only({ "etcd.yaml": "spec: {containers: [{image: x}]}" }, /each container needs its name, .* etcd$/);
        only(
            { "etcd+json.yaml": "[{op: add, path: /spec/containers/0/command/-, value: --data-dir=/a}]" },
            /set etcd\.local\.dataDir/,
        );
        only({ "etcd.yaml": 1 }, /must be the text of a patch in quotes/);
    });

    test("fields of the kubelet are those of its document, in their ranges", () => {
        only({ "kubeletconfiguration.yaml": "maxPod: 42" }, new RegExp(`${PATHS}.*\\.maxPod: .*maxPods`));
        only({ "kubeletconfiguration.yaml": 'maxPods: "42"' }, /must be a whole number/);
        only({ "kubeletconfiguration.yaml": "imageGCHighThresholdPercent: 101" }, /imageGCHighThresholdPercent/);
        assert.deepEqual(
            refused({
                "kubeletconfiguration.yaml":
                    "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: null\n$patch: merge\nfailSwapOn: no",
            }),
            [],
        );
    });

    test("a patch is read from its file; one that is not there is told", () => {
        const directory = mkdtempSync(join(tmpdir(), "patches-"));
        try {
            const file = join(directory, "limits.yaml");
            writeFileSync(file, "spec:\r\n  priority: 7\r\n");
            const config = cluster({ kubernetes: { kubeadm: { patches: { "etcd.yaml": file } } } });
            assert.deepEqual(config.kubernetes.kubeadm.patches, { "etcd.yaml": "spec:\n  priority: 7" });
            only({ "etcd.yaml": join(directory, "other.yaml") }, /other\.yaml cannot be read \(ENOENT\)/);
        } finally {
            rmSync(directory, { recursive: true });
        }
    });

    test("a directory of the owner's and patches of the program are one too many; a directory has a whole path", () => {
        const documents = (key: string, directory: string, patches = {}) =>
            validateConfig({
                ...raw(),
                kubernetes: { kubeadm: { patches, [key]: { patches: { directory } } } },
            }).problems?.map(({ message }) => message) ?? [];
        const own = { "etcd.yaml": "spec: {priority: 1}" };
        for (const key of ["initConfiguration", "joinConfiguration"]) {
            assert.match(
                documents(key, "/etc/kubernetes/patches", own).join(),
                /is given, too, and the program brings/,
            );
            assert.match(documents(key, "patches").join(), /must be an absolute path/);
            assert.deepEqual(documents(key, "/etc/kubernetes/patches"), []);
        }
    });

    test("without them no script has another input than before", () => {
        const { kubernetes } = cluster();
        for (const role of ["control-plane", "worker"] as const) assert.deepEqual(patchInputs(kubernetes, role), {});
        assert.deepEqual(warnings(cluster()), []);
    });

    test("workers get the kubelet's alone, so that another flag of the API server is no step of theirs", () => {
        const patches = { "kubeletconfiguration.yaml": "maxPods: 42", "etcd.yaml": "spec:\n  priority: 1" };
        const { kubernetes } = cluster({ kubernetes: { kubeadm: { patches } } });
        const kubelet = "kubeletconfiguration.yaml 1\nmaxPods: 42";
        assert.deepEqual(patchInputs(kubernetes, "worker"), { PATCHES: kubelet });
        assert.deepEqual(patchInputs(kubernetes, "control-plane"), {
            PATCHES: `etcd.yaml 2\nspec:\n  priority: 1\n${kubelet}`,
        });
    });

    test("case 37: the owner's directories are told to every step, further control plane nodes included", () => {
        const config = cluster({
            kubernetes: {
                kubeadm: {
                    initConfiguration: { patches: { directory: "/etc/kubernetes/patches" }, skipPhases: ["addon/x"] },
                    joinConfiguration: { patches: { directory: "/srv/patches" } },
                },
            },
        });
        const { kubernetes } = config;
        const { initConfiguration: first, joinConfiguration: workers } = kubernetes.kubeadm;
        assert.deepEqual(patchInputs(kubernetes, "control-plane"), { PATCHES_DIRECTORY: "/etc/kubernetes/patches" });
        assert.deepEqual(patchInputs(kubernetes, "worker"), { PATCHES_DIRECTORY: "/srv/patches" });
        // The scripts write it into the documents.
        const secrets = { token: "a.b", caCertHash: "c", certificateKey: "d" };
        const endpoint = { host: "a", port: 6443, ownName: false };
        const node = nodeOf(config, "master");
        const made = [
            initConfiguration(node, first),
            joinConfiguration(node, endpoint, secrets, workers),
            controlPlaneJoin(config, node, secrets),
        ];
        assert.match(made[0] ?? "", /skipPhases/);
        for (const document of made) assert.doesNotMatch(document, /patches/);
    });

    test("targets by minor release", () => {
        assert.ok(patchTargets(32).includes("corednsdeployment"));
        assert.ok(!patchTargets(31).includes("corednsdeployment"));
        assert.ok(patchTargets(31).includes("kubeletconfiguration"));
    });
});
