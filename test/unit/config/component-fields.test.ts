import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { warnings } from "../../../components/config/checks";
import { cluster, raw } from "./cluster";

const problems = (kubernetes: object) =>
    (validateConfig({ ...raw(), kubernetes }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);

test("fields of another kind than kubelet and kube-proxy read are refused", () => {
    for (const [kubelet, at] of [
        [{ authentication: 3 }, "authentication: must be a group of keys; found 3"],
        [{ authentication: [] }, "authentication: must be a group of keys; found []"],
        [{ authentication: { anonymous: true } }, "authentication.anonymous: must be a group of keys; found true"],
        [{ maxPods: "110" }, 'maxPods: must be a whole number; found "110": take the quotes away'],
        [{ clusterDNS: "10.96.0.10" }, 'clusterDNS: must be a list of texts; found "10.96.0.10"'],
        [{ clusterDNS: [10] }, "clusterDNS: must be a list of texts; found [10]"],
        [{ failSwapOn: "no" }, 'failSwapOn: must be true or false; found "no"'],
        [{ evictionHard: ["a"] }, 'evictionHard: must be a group of keys, each a text in quotes; found ["a"]'],
        [
            { featureGates: { NodeSwap: "true" } },
            'featureGates: must be a group of keys, each true or false; found {"NodeSwap":"true"}',
        ],
        [{ registerWithTaints: {} }, "registerWithTaints: must be a list of groups of keys; found {}"],
        [{ syncFrequency: 60 }, "syncFrequency: must be a duration in quotes, such as 30s, 5m or 1h30m; found 60"],
    ] as const) {
        assert.deepEqual(problems({ kubelet }), [`kubernetes.kubelet.${at}`]);
    }
    assert.deepEqual(problems({ kubeProxy: { ipvs: { strictARP: "yes" } } }), [
        'kubernetes.kubeProxy.ipvs.strictARP: must be true or false; found "yes"',
    ]);
});

test("case 8: fields that no such type has are refused, with what is near or where they belong", () => {
    const clusterConfiguration = {
        networking: { ServiceSubnet: "10.96.0.0/12" },
        nodeRegistration: { name: "a" },
        apiServer: { extraVolumes: [{ name: "a", hostpath: "/a", mountPath: "/a" }] },
    };
    const kubeadm = { clusterConfiguration, initConfiguration: { skipPhase: ["addon"] } };
    assert.deepEqual(problems({ kubeadm, kubelet: { maxPod: 50, evictionhard: {} }, kubeProxy: { modes: "ipvs" } }), [
        "kubernetes.kubelet.maxPod: KubeletConfiguration of Kubernetes 1.32 has no such field here; did you mean maxPods?",
        "kubernetes.kubelet.evictionhard: KubeletConfiguration of Kubernetes 1.32 has no such field here: write it as evictionHard",
        "kubernetes.kubeProxy.modes: KubeProxyConfiguration of Kubernetes 1.32 has no such field here; did you mean mode?",
        "kubernetes.kubeadm.initConfiguration.skipPhase: InitConfiguration of Kubernetes 1.32 has no such field here; did you mean skipPhases?",
        "kubernetes.kubeadm.clusterConfiguration.networking.ServiceSubnet: ClusterConfiguration of Kubernetes 1.32 has no such field here: write it as serviceSubnet",
        "kubernetes.kubeadm.clusterConfiguration.nodeRegistration: ClusterConfiguration of Kubernetes 1.32 has no such field here: it belongs to InitConfiguration or JoinConfiguration",
        "kubernetes.kubeadm.clusterConfiguration.apiServer.extraVolumes[0].hostpath: ClusterConfiguration of Kubernetes 1.32 has no such field here: write it as hostPath",
    ]);
});

test("of a version whose types are not on record, unknown fields are warned of and wrong kinds refused", () => {
    const kubernetes = { version: "1.99.0", kubelet: { fieldOfTheFuture: 1 } };
    assert.deepEqual(problems(kubernetes), []);
    const [warning] = warnings(cluster({ kubernetes }));
    assert.match(warning?.message ?? "", /has no such field here; those of 1\.99 are not on record/);
    assert.equal(problems({ version: "1.99.0", kubelet: { maxPods: "5" } }).length, 1);
});

test("words, quantities, durations and whole numbers are read as Kubernetes reads them", () => {
    const wrong: [object, RegExp][] = [
        [
            { registerWithTaints: [{ key: "a", effect: "Never" }] },
            /effect: must be one of NoSchedule, PreferNoSchedule/,
        ],
        [{ maxPods: 1.5 }, /must be a whole number; found 1\.5/],
        [{ maxPods: 3e9 }, /must be a whole number/],
        [{ imageMaximumGCAge: "1d" }, /must be a duration/],
        [{ staticPodURLHeader: { a: "b" } }, /must be a group of keys, each a list of texts/],
    ];
    for (const [kubelet, message] of wrong) assert.match(problems({ kubelet }).join("\n"), message);
    const kubelet = {
        reservedMemory: [{ numaNode: 0, limits: { memory: "1Gi", hugepages: 0 } }],
        syncFrequency: "1h30m",
    };
    assert.deepEqual(problems({ kubelet }), []);
});

test("fields of the right kind and empty ones pass", () => {
    const kubelet = {
        authentication: { anonymous: { enabled: false }, webhook: null },
        evictionHard: { "memory.available": "100Mi" },
        memoryThrottlingFactor: 0.9,
        logging: { verbosity: 4, options: { json: { infoBufferSize: "64Ki" } } },
        registerWithTaints: [{ key: "a", effect: "NoSchedule" }],
    };
    assert.deepEqual(problems({ kubelet, kubeProxy: { conntrack: { maxPerCore: 0 }, mode: "ipvs" } }), []);
});
