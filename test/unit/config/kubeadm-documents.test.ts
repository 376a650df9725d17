import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { mergeFields, validateConfig } from "../../../components/config";
import { convertDocument } from "../../../components/config/kubeadm/old-forms";
import {
    clusterConfiguration,
    initConfiguration,
    joinConfiguration,
} from "../../../components/control-plane/kubeadm-config";
import { cluster, nodeOf, raw } from "./cluster";

const withKubeadm = (kubeadm: object, kubernetes: object = {}) => ({
    ...raw(),
    kubernetes: { ...kubernetes, kubeadm },
});
const report = (kubeadm: object, kubernetes: object = {}) =>
    (validateConfig(withKubeadm(kubeadm, kubernetes)).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
const accepted = (kubeadm: object, kubernetes: object = {}) => cluster(withKubeadm(kubeadm, kubernetes));

/** Reads the text as a kubeadm.yaml. */
function withFile<T>(text: string, use: (file: string) => T): T {
    const directory = mkdtempSync(join(tmpdir(), "kubeadm-file-"));
    const file = join(directory, "kubeadm.yaml");
    writeFileSync(file, text);
    try {
        return use(file);
    } finally {
        rmSync(directory, { recursive: true });
    }
}

describe("the source article's kubeadm.yaml, read as input", () => {
    const file = (version: number) => ({ file: join(__dirname, "kubeadm", `article-${version}.yaml`) });

    test("of 2018: refused, with its form of today printed", () => {
        const [form = "", ...others] = report(file(1));
        assert.match(
            form,
            /^kubernetes\.kubeadm\.file:MasterConfiguration: is kubeadm\.k8s\.io\/v1alpha1 MasterConfiguration/,
        );
        const printed = parse(form.slice(form.indexOf("\n"))) as object;
        assert.deepEqual(printed, {
            apiVersion: "kubeadm.k8s.io/v1beta4",
            kind: "ClusterConfiguration",
            kubernetesVersion: "v1.32.0",
            controllerManager: {
                extraArgs: [
                    { name: "horizontal-pod-autoscaler-use-rest-clients", value: "true" },
                    { name: "horizontal-pod-autoscaler-sync-period", value: "10s" },
                    { name: "node-monitor-grace-period", value: "10s" },
                ],
            },
            apiServer: { extraArgs: [{ name: "runtime-config", value: "api/all=true" }] },
        });
        // What is wrong with it beside its form is told at the same time.
        assert.equal(others.length, 1);
        assert.match(others[0] ?? "", /no such flag since Kubernetes 1\.22/);
    });

    test("in today's form: refused for the flag that was removed", () => {
        const problems = report(file(2));
        assert.equal(problems.length, 1, problems.join("\n"));
        assert.match(
            problems[0] ?? "",
            /^kubernetes\.kubeadm\.file:ClusterConfiguration\.controllerManager\.extraArgs\[0\]: kube-controller-manager has no such flag since Kubernetes 1\.22/,
        );
    });

    test("with the flag gone: accepted, and as good as the same settings", () => {
        const { kubeadm, ...read } = accepted(file(3)).kubernetes;
        const { kubeadm: none, ...written } = cluster({
            kubernetes: {
                version: "1.32.0",
                apiServer: { extraArgs: { "runtime-config": "api/all=true" } },
                controllerManager: {
                    extraArgs: { "horizontal-pod-autoscaler-sync-period": "10s", "node-monitor-grace-period": "10s" },
                },
            },
        }).kubernetes;
        assert.deepEqual(read, written);
        assert.deepEqual(kubeadm, none);
    });
});

describe("fields of the documents", () => {
    test("what has a setting of its own becomes that setting", () => {
        const { kubernetes } = accepted({
            clusterConfiguration: {
                kubernetesVersion: "1.32.1",
                clusterName: "blue",
                networking: { podSubnet: "10.32.0.0/16" },
                apiServer: { certSANs: ["k8s.example.com"] },
            },
            kubeletConfiguration: { maxPods: 50 },
            kubeProxyConfiguration: { mode: "ipvs" },
        });
        assert.equal(kubernetes.version, "v1.32.1");
        assert.equal(kubernetes.clusterName, "blue");
        assert.equal(kubernetes.podSubnet, "10.32.0.0/16");
        assert.deepEqual(kubernetes.apiServer.certSANs, ["k8s.example.com"]);
        assert.deepEqual(kubernetes.kubelet, { maxPods: 50 });
        assert.deepEqual(kubernetes.kubeProxy, { mode: "ipvs" });
        assert.deepEqual(kubernetes.kubeadm.clusterConfiguration, {});
    });

    test("what has none is merged over the program's documents, flags by their names", () => {
        const config = accepted({
            initConfiguration: { skipPhases: ["addon/kube-proxy"] },
            clusterConfiguration: {
                etcd: { local: { dataDir: "/data/etcd" } },
                apiServer: { extraVolumes: [{ name: "audit", hostPath: "/a", mountPath: "/a" }] },
            },
            joinConfiguration: { nodeRegistration: { kubeletExtraArgs: [{ name: "v", value: "4" }] } },
        });
        const master = nodeOf(config, "master");
        const whole = parse(clusterConfiguration(config, master).split("---\n")[0] ?? "") as Record<string, unknown>;
        assert.deepEqual(whole.etcd, { local: { dataDir: "/data/etcd" } });
        assert.deepEqual(Object.keys(whole.apiServer as object), ["certSANs", "extraArgs", "extraVolumes"]);
        const init = parse(initConfiguration(master, config.kubernetes.kubeadm.initConfiguration)) as Record<
            string,
            unknown
        >;
        assert.deepEqual(init.skipPhases, ["addon/kube-proxy"]);
        const endpoint = { host: "api", port: 6443, ownName: true };
        const more = config.kubernetes.kubeadm.joinConfiguration;
        const join = parse(
            joinConfiguration(nodeOf(config, "worker-1"), endpoint, { token: "a.b", caCertHash: "sha256:0" }, more),
        ) as {
            nodeRegistration: { kubeletExtraArgs: unknown };
        };
        assert.deepEqual(join.nodeRegistration.kubeletExtraArgs, [
            { name: "node-ip", value: "192.168.33.11" },
            { name: "v", value: "4" },
        ]);
    });

    test("a flag that is repeated stays a list, and is checked", () => {
        const issuers = ["https://new", "https://old"].map((value) => ({ name: "service-account-issuer", value }));
        const config = accepted({ clusterConfiguration: { apiServer: { extraArgs: issuers } } });
        config.kubernetes.encryptSecrets = false;
        const [text = ""] = clusterConfiguration(config, nodeOf(config, "master")).split("---\n");
        assert.deepEqual((parse(text) as { apiServer: { extraArgs: unknown } }).apiServer.extraArgs, issuers);
        const twice = [1, 2].map(() => ({ name: "insecure-port", value: "0" }));
        assert.match(
            report({ clusterConfiguration: { apiServer: { extraArgs: twice } } })[0] ?? "",
            /since Kubernetes 1\.24/,
        );
    });

    test("given as a setting, too: refused", () => {
        const flags = { extraArgs: [{ name: "v", value: "2" }] };
        assert.deepEqual(
            report({ clusterConfiguration: { scheduler: flags } }, { scheduler: { extraArgs: { v: "4" } } }),
            [
                "kubernetes.kubeadm.clusterConfiguration.scheduler.extraArgs[0]: is given as kubernetes.scheduler.extraArgs.v, too: keep one",
            ],
        );
    });
});

describe("a kubeadm.yaml", () => {
    const first = (text: string) => withFile(text, (file) => report({ file })[0] ?? "accepted");

    test("of several documents", () => {
        const text = [
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nskipPhases: [addon/kube-proxy]",
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 42",
        ].join("\n---\n");
        const { kubernetes } = withFile(text, (file) => accepted({ file }));
        assert.deepEqual(kubernetes.kubeadm.initConfiguration, { skipPhases: ["addon/kube-proxy"] });
        assert.equal(kubernetes.kubelet.maxPods, 42);
    });

    test("that is no YAML, no document, or of a kind that kubeadm does not read", () => {
        assert.match(first("a: [1"), /is no YAML/);
        assert.match(first("just words"), /holds something that is no document: string/);
        assert.match(
            first("apiVersion: v1\nkind: Pod"),
            /is no document that kubeadm reads; known are InitConfiguration/,
        );
        assert.match(
            first("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfigurtion"),
            /did you mean ClusterConfiguration\?/,
        );
    });

    test("is read as kubeadm reads it: YAML 1.1 has more words for true and false", () => {
        const text = [
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailSwapOn: no\nfeatureGates: {NodeSwap: on}",
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: no\nproxy: {disabled: Yes}",
        ].join("\n---\n");
        const { kubernetes } = withFile(text, (file) => accepted({ file }));
        assert.deepEqual(kubernetes.kubelet, { failSwapOn: false, featureGates: { NodeSwap: true } });
        assert.deepEqual(kubernetes.kubeadm.clusterConfiguration, { proxy: { disabled: true } });
        assert.equal(kubernetes.clusterName, "no");
    });

    test("that gives a kind which is given beside it, too", () => {
        const text = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: blue";
        const problems = withFile(text, (file) => report({ file, clusterConfiguration: { clusterName: "red" } }));
        assert.deepEqual(problems, [
            "kubernetes.kubeadm.clusterConfiguration: ClusterConfiguration is given in kubernetes.kubeadm.file:ClusterConfiguration, too: keep one",
        ]);
    });
});

test("older forms keep what they say: subnets, names, authorization, the kubelet's configuration", () => {
    const { documents, notes } = convertDocument(
        {
            apiVersion: "kubeadm.k8s.io/v1alpha1",
            kind: "MasterConfiguration",
            kubernetesVersion: "v1.9.3",
            networking: { podSubnet: "10.32.0.0/12" },
            apiServerCertSANs: ["k8s.example.com"],
            authorizationModes: ["Node", "RBAC"],
            token: "abcdef.0123456789abcdef",
            kubeletConfiguration: { baseConfig: { maxPods: 50 } },
        },
        "v1.32.0",
    );
    assert.deepEqual(documents, {
        ClusterConfiguration: {
            kubernetesVersion: "v1.9.3",
            networking: { podSubnet: "10.32.0.0/12" },
            apiServer: {
                certSANs: ["k8s.example.com"],
                extraArgs: [{ name: "authorization-mode", value: "Node,RBAC" }],
            },
        },
        KubeletConfiguration: { maxPods: 50 },
    });
    assert.deepEqual(notes, ["token (every worker gets a token of its own)"]);
});

test("merging does not change what is merged", () => {
    const base = { a: { b: 1 }, extraArgs: [{ name: "v", value: "1" }] };
    const merged = mergeFields(base, { a: { c: 2 }, extraArgs: [{ name: "v", value: "2" }] });
    assert.deepEqual(merged, { a: { b: 1, c: 2 }, extraArgs: [{ name: "v", value: "2" }] });
    assert.deepEqual(base, { a: { b: 1 }, extraArgs: [{ name: "v", value: "1" }] });
});
