import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import {
    clusterConfiguration,
    clusterIdentity,
    controlPlaneEndpoint,
    initConfiguration,
    joinConfiguration,
} from "../../../components/control-plane/kubeadm-config";
import { cluster, nodeOf, raw } from "../config/cluster";

interface Document {
    kind: string;
    [field: string]: unknown;
}

/** The documents of the whole cluster by their kinds. */
function documents(settings: Record<string, unknown> = {}): Record<string, Document> {
    const config = cluster(settings);
    const text = clusterConfiguration(config, nodeOf(config, "master"));
    const all = parseAllDocuments(text).map((document) => document.toJS() as Document);
    return Object.fromEntries(all.map((document) => [document.kind, document]));
}

const init = (settings: Record<string, unknown> = {}) =>
    parse(initConfiguration(nodeOf(cluster(settings), "master"))) as Document & {
        nodeRegistration: { taints: unknown[] };
    };

/** A configuration whose node has some more fields. */
function withNode(index: number, fields: object): Record<string, unknown> {
    const { nodes } = raw();
    Object.assign(nodes[index] ?? {}, fields);
    return { nodes };
}

const kubeletWith = (grace?: string, kubelet: object = {}) => {
    const extraArgs = grace === undefined ? {} : { "node-monitor-grace-period": grace };
    return documents({ kubernetes: { controllerManager: { extraArgs }, kubelet } }).KubeletConfiguration;
};

test("the cluster of the source article", () => {
    const kubernetes = {
        version: "1.32.0",
        apiServer: { extraArgs: { "runtime-config": "api/all=true" } },
        controllerManager: {
            extraArgs: { "horizontal-pod-autoscaler-sync-period": "10s", "node-monitor-grace-period": "10s" },
        },
    };
    assert.deepEqual(documents({ kubernetes }), {
        ClusterConfiguration: {
            apiVersion: "kubeadm.k8s.io/v1beta4",
            kind: "ClusterConfiguration",
            clusterName: "kubernetes",
            kubernetesVersion: "v1.32.0",
            controlPlaneEndpoint: "api.kubernetes.internal:6443",
            imageRepository: "registry.k8s.io",
            networking: { podSubnet: "10.244.0.0/16", serviceSubnet: "10.96.0.0/12", dnsDomain: "cluster.local" },
            apiServer: {
                certSANs: ["api.kubernetes.internal", "192.168.33.10", "127.0.0.1"],
                extraArgs: [
                    { name: "runtime-config", value: "api/all=true" },
                    {
                        name: "encryption-provider-config",
                        value: "/var/lib/kubeadm-cluster/api-server/encryption.yaml",
                    },
                ],
                extraVolumes: [
                    {
                        name: "api-server-files",
                        hostPath: "/var/lib/kubeadm-cluster/api-server",
                        mountPath: "/var/lib/kubeadm-cluster/api-server",
                        readOnly: true,
                        pathType: "DirectoryOrCreate",
                    },
                ],
            },
            controllerManager: {
                extraArgs: [
                    { name: "horizontal-pod-autoscaler-sync-period", value: "10s" },
                    { name: "node-monitor-grace-period", value: "10s" },
                ],
            },
            scheduler: { extraArgs: [] },
        },
        KubeletConfiguration: {
            apiVersion: "kubelet.config.k8s.io/v1beta1",
            kind: "KubeletConfiguration",
            cgroupDriver: "systemd",
            nodeLeaseDurationSeconds: 8,
        },
        KubeProxyConfiguration: { apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration" },
    });
});

test("a short grace period shortens the kubelets' lease to four fifths of it", () => {
    const leases = { "10s": 8, "20s": 16, "1s": 1, "49s": 39, "50s": undefined, "2m": undefined };
    for (const [grace, lease] of Object.entries(leases)) {
        assert.equal(kubeletWith(grace)?.nodeLeaseDurationSeconds, lease, grace);
    }
    assert.ok(!Object.hasOwn(kubeletWith() ?? {}, "nodeLeaseDurationSeconds"));
});

test("fields of kubelet and kube-proxy are passed on, and go before the program's own", () => {
    const evictionHard = { "nodefs.available": "1%" };
    const kubelet = kubeletWith("10s", { nodeLeaseDurationSeconds: 5, failSwapOn: false, evictionHard });
    assert.equal(kubelet?.nodeLeaseDurationSeconds, 5);
    assert.equal(kubelet.failSwapOn, false);
    assert.deepEqual(kubelet.evictionHard, evictionHard);
    const kubeProxy = { conntrack: { maxPerCore: 0 } };
    assert.deepEqual(documents({ kubernetes: { kubeProxy } }).KubeProxyConfiguration?.conntrack, { maxPerCore: 0 });
});

test("the endpoint: a name of the program's own, or what is configured, with the API server's port by default", () => {
    const endpoint = (settings: object) => controlPlaneEndpoint(cluster({ kubernetes: settings }));
    const own = { host: "api.kubernetes.internal", port: 6443, ownName: true, address: "192.168.33.10" };
    assert.deepEqual(endpoint({}), own);
    assert.deepEqual(endpoint({ clusterName: "blue" }), { ...own, host: "api.blue.internal" });
    assert.deepEqual(endpoint({ vip: { address: "192.168.33.9" } }), { ...own, address: "192.168.33.9" });
    const given = { host: "k8s.example.com", port: 6443, ownName: false };
    assert.deepEqual(endpoint({ controlPlaneEndpoint: "k8s.example.com" }), given);
    assert.deepEqual(endpoint({ controlPlaneEndpoint: "k8s.example.com:8443" }), { ...given, port: 8443 });
});

test("the API server's certificate names each of its names once", () => {
    const settings = {
        ...withNode(0, { address: "master.example.com", internalAddress: "10.0.0.10" }),
        kubernetes: {
            controlPlaneEndpoint: "k8s.example.com",
            apiServer: { certSANs: ["10.0.0.10", "vip.example.com"] },
        },
    };
    const { apiServer } = documents(settings).ClusterConfiguration as unknown as { apiServer: { certSANs: string[] } };
    assert.deepEqual(apiServer.certSANs, [
        "k8s.example.com",
        "10.0.0.10",
        "master.example.com",
        "127.0.0.1",
        "vip.example.com",
    ]);
});

test("the master's document", () => {
    assert.deepEqual(init(), {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        kind: "InitConfiguration",
        bootstrapTokens: [{ ttl: "1m0s", usages: ["signing", "authentication"] }],
        localAPIEndpoint: { advertiseAddress: "192.168.33.10", bindPort: 6443 },
        nodeRegistration: {
            name: "master",
            criSocket: "unix:///var/run/containerd/containerd.sock",
            kubeletExtraArgs: [{ name: "node-ip", value: "192.168.33.10" }],
            taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
        },
    });
});

test("a schedulable master has an empty list of taints: a missing one would give it kubeadm's own", () => {
    assert.deepEqual(init(withNode(0, { schedulable: true })).nodeRegistration.taints, []);
    const own = { key: "disk", value: "slow", effect: "PreferNoSchedule" };
    assert.deepEqual(init(withNode(0, { schedulable: true, taints: [own] })).nodeRegistration.taints, [own]);
    assert.equal(init(withNode(0, { taints: [own] })).nodeRegistration.taints.length, 2);
});

test("a worker's document: a token of its own, the authority pinned, its own taints", () => {
    const own = { key: "gpu", value: "yes", effect: "NoExecute" };
    const config = cluster(withNode(1, { address: "worker.example.com", internalAddress: "10.0.0.11", taints: [own] }));
    const endpoint = { host: "api.kubernetes.internal", port: 6443, ownName: true };
    const text = joinConfiguration(nodeOf(config, "worker-1"), endpoint, {
        token: "abcdef.0123456789abcdef",
        caCertHash: "sha256:00ff",
    });
    assert.deepEqual(parse(text), {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        kind: "JoinConfiguration",
        discovery: {
            bootstrapToken: {
                apiServerEndpoint: "api.kubernetes.internal:6443",
                token: "abcdef.0123456789abcdef",
                caCertHashes: ["sha256:00ff"],
            },
        },
        nodeRegistration: {
            name: "worker-1",
            criSocket: "unix:///var/run/containerd/containerd.sock",
            kubeletExtraArgs: [{ name: "node-ip", value: "10.0.0.11" }],
            taints: [own],
        },
    });
});

test("values that YAML would take for something else stay texts", () => {
    const config = cluster();
    const endpoint = { host: "api", port: 6443, ownName: true };
    // A token may look like a number, or like one with an exponent.
    for (const token of ["123456.1234567890123456", "12e456.0000000000000000"]) {
        const parsed = parse(
            joinConfiguration(nodeOf(config, "worker-1"), endpoint, { token, caCertHash: "sha256:0" }),
        ) as {
            discovery: { bootstrapToken: { token: unknown } };
        };
        assert.equal(parsed.discovery.bootstrapToken.token, token);
    }
    const extraArgs = { "bind-address": "0.0.0.0", profiling: "false", v: "2", "tls-cert-file": "" };
    const { scheduler } = documents({ kubernetes: { scheduler: { extraArgs } } }).ClusterConfiguration as unknown as {
        scheduler: { extraArgs: { name: string; value: unknown }[] };
    };
    assert.deepEqual(Object.fromEntries(scheduler.extraArgs.map(({ name, value }) => [name, value])), extraArgs);
});

test("what cannot change on a living cluster is told apart from what can", () => {
    const identity = (settings: Record<string, unknown> = {}) => {
        const config = cluster(settings);
        return clusterIdentity(config, nodeOf(config, "master"));
    };
    assert.deepEqual(identity().split("\n"), [
        "clusterName kubernetes",
        "controlPlaneEndpoint api.kubernetes.internal:6443",
        "masterAddress 192.168.33.10",
        "podSubnet 10.244.0.0/16",
        "serviceSubnet 10.96.0.0/12",
        "dnsDomain cluster.local",
    ]);
    const movable = { version: "1.32.1", apiServer: { extraArgs: { v: "2" } }, kubelet: { maxPods: 50 } };
    assert.equal(identity({ kubernetes: movable }), identity());
});
