import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { raw } from "./cluster";

const problems = (kubernetes: object) =>
    (validateConfig({ ...raw(), kubernetes }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);

test("fields of another kind than kubelet and kube-proxy read are refused", () => {
    for (const [kubelet, at] of [
        [{ authentication: 3 }, "authentication: must be a group of keys; found 3"],
        [{ authentication: [] }, "authentication: must be a group of keys; found []"],
        [{ authentication: { anonymous: true } }, "authentication.anonymous: must be a group of keys; found true"],
        [{ maxPods: "110" }, 'maxPods: must be a number; found "110"'],
        [{ clusterDNS: "10.96.0.10" }, 'clusterDNS: must be a list of texts; found "10.96.0.10"'],
        [{ clusterDNS: [10] }, "clusterDNS: must be a list of texts; found [10]"],
        [{ failSwapOn: "no" }, 'failSwapOn: must be true or false; found "no"'],
        [{ evictionHard: ["a"] }, 'evictionHard: must be a group of keys, each a text in quotes; found ["a"]'],
        [
            { featureGates: { A: "true" } },
            'featureGates: must be a group of keys, each true or false; found {"A":"true"}',
        ],
        [{ registerWithTaints: {} }, "registerWithTaints: must be a list of groups of keys; found {}"],
        [{ syncFrequency: 60 }, "syncFrequency: must be a text in quotes; found 60"],
    ] as const) {
        assert.deepEqual(problems({ kubelet }), [`kubernetes.kubelet.${at}`]);
    }
    assert.deepEqual(problems({ kubeProxy: { ipvs: { strictARP: "yes" } } }), [
        'kubernetes.kubeProxy.ipvs.strictARP: must be true or false; found "yes"',
    ]);
});

test("fields of the right kind, empty ones, and those that are not known pass", () => {
    const kubelet = {
        authentication: { anonymous: { enabled: false }, webhook: null },
        evictionHard: { "memory.available": "100Mi" },
        memoryThrottlingFactor: 0.9,
        fieldOfTheFuture: { any: ["thing"] },
    };
    assert.deepEqual(problems({ kubelet, kubeProxy: { conntrack: { maxPerCore: 0 }, mode: "ipvs" } }), []);
});
