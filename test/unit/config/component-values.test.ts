import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { raw } from "./cluster";

const problems = (kubernetes: object) =>
    (validateConfig({ ...raw(), kubernetes }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);

test("what the kubelet would refuse of values that are of the right kind", () => {
    for (const [kubelet, at] of [
        [
            { imageGCHighThresholdPercent: 120 },
            "imageGCHighThresholdPercent: must be at least 0 and at most 100; found 120",
        ],
        [{ maxPods: -1 }, "maxPods: must be at least 0; found -1"],
        [{ memoryThrottlingFactor: 0 }, "memoryThrottlingFactor: must be above 0 and at most 1; found 0"],
        [
            { cpuManagerPolicy: "Static" },
            'cpuManagerPolicy: must be one of none, static; found "Static"; did you mean static?',
        ],
        [
            { memorySwap: { swapBehavior: "UnlimitedSwap" } },
            'memorySwap.swapBehavior: must be one of NoSwap, LimitedSwap; found "UnlimitedSwap"; did you mean LimitedSwap?',
        ],
        [
            { evictionHard: { "memory.avail": "100Mi" } },
            "evictionHard.memory.avail: is no signal that the kubelet knows; did you mean memory.available?",
        ],
        [
            { evictionHard: { "memory.available": "10 %" } },
            'evictionHard.memory.available: must be a quantity, such as 100Mi, or a share, such as 10%; found "10 %"',
        ],
        [
            { evictionSoft: { "memory.available": "1Gi" } },
            "evictionSoft.memory.available: needs a time in evictionSoftGracePeriod, such as memory.available: 1m30s",
        ],
        [
            { systemReserved: { storage: "1Gi" } },
            "systemReserved.storage: cannot be reserved; what can is cpu, memory, ephemeral-storage, pid",
        ],
        [{ kubeReserved: { cpu: "half" } }, 'kubeReserved.cpu: must be a quantity, such as 500m or 1Gi; found "half"'],
        [
            { imageGCHighThresholdPercent: 70 },
            "imageGCLowThresholdPercent: 80 must be less than imageGCHighThresholdPercent, 70",
        ],
        [{ maxParallelImagePulls: 4 }, "maxParallelImagePulls: above 1 needs serializeImagePulls: false"],
        [
            { shutdownGracePeriod: "30s", shutdownGracePeriodCriticalPods: "1m" },
            "shutdownGracePeriodCriticalPods: is part of shutdownGracePeriod, and longer than its 30 s",
        ],
        [
            { enforceNodeAllocatable: ["pods", "system-reserved"] },
            "enforceNodeAllocatable: system-reserved needs systemReservedCgroup",
        ],
    ] as const) {
        assert.deepEqual(problems({ kubelet }), [`kubernetes.kubelet.${at}`]);
    }
});

test("what kube-proxy would refuse", () => {
    assert.deepEqual(problems({ kubeProxy: { detectLocalMode: "ClusterCidr", oomScoreAdj: 2000 } }), [
        "kubernetes.kubeProxy.oomScoreAdj: must be at least -1000 and at most 1000; found 2000",
        'kubernetes.kubeProxy.detectLocalMode: must be one of ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix; found "ClusterCidr"; did you mean ClusterCIDR?',
    ]);
});

test("what both take passes", () => {
    const kubelet = {
        evictionHard: { "memory.available": "5%", "nodefs.inodesFree": "0.5", "imagefs.available": "15%" },
        evictionSoft: { "memory.available": "1Gi" },
        evictionSoftGracePeriod: { "memory.available": "1m30s" },
        systemReserved: { cpu: "500m", memory: "1Gi", pid: "1000" },
        imageGCHighThresholdPercent: 70,
        imageGCLowThresholdPercent: 60,
        maxParallelImagePulls: 4,
        serializeImagePulls: false,
        topologyManagerPolicy: "single-numa-node",
        enforceNodeAllocatable: ["pods"],
        tlsCipherSuites: ["TLS_AES_128_GCM_SHA256"],
        hairpinMode: "",
    };
    assert.deepEqual(problems({ kubelet, kubeProxy: { mode: "", conntrack: { maxPerCore: 0 } } }), []);
});
