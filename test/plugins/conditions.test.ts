import assert from "node:assert/strict";
import { test } from "node:test";
import { driftedInputs } from "../doubles/plugins/kubernetes/drift";
import { jsonPath } from "../doubles/plugins/kubernetes/json-path";
import type { KubernetesObject } from "../doubles/plugins/kubernetes/object";
import { rules } from "../doubles/plugins/kubernetes/readiness";
import { waitForOf } from "../doubles/plugins/kubernetes/wait-for";

const object = (rest: object): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Thing",
    metadata: { name: "thing", generation: 2 },
    ...rest,
});

const conditions = [
    { type: "Ready", status: "True" },
    { type: "Synced", status: "False" },
];

test("paths lead through fields, quoted fields, indexes, everything and filters", () => {
    const root = { status: { conditions, "a.b": 1, list: [[1], [2]] } };
    const cases: [string, unknown[]][] = [
        ["{.status.conditions[0].type}", ["Ready"]],
        ["$.status['a.b']", [1]],
        [".status.a\\.b", [1]],
        ["{.status.list[-1][0]}", [2]],
        ["{.status.conditions[*].status}", ["True", "False"]],
        ['{.status.conditions[?(@.type=="Synced")].status}', ["False"]],
        ["{.status.nothing.at.all}", []],
    ];
    for (const [path, expected] of cases) assert.deepEqual(jsonPath(path, root), expected, path);
    assert.throws(() => jsonPath("{.a[}", root), /cannot read the JSONPath/);
});

test("pulumi.com/waitFor: a condition, a value, any value, and all of several", () => {
    const holds = (waitFor: string) => {
        const annotations = { "pulumi.com/waitFor": waitFor };
        return (
            waitForOf({ metadata: { annotations } })?.(object({ status: { conditions, phase: "Up" } })) === undefined
        );
    };
    assert.ok(holds("condition=Ready"));
    assert.ok(!holds("condition=Synced"));
    assert.ok(holds("condition=Synced=False"));
    assert.ok(holds("jsonpath={.status.phase}=Up"));
    assert.ok(holds("jsonpath={.status.phase}"));
    assert.ok(!holds("jsonpath={.status.reason}"));
    assert.ok(holds('["condition=Ready", "jsonpath={.status.phase}=Up"]'));
    assert.ok(!holds('["condition=Ready", "jsonpath={.status.phase}=Down"]'));
    assert.throws(() => holds("phase=Up"), /neither condition=TYPE/);
});

test("a rollout is done when its controller has seen it and every replica is new and available", async () => {
    const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    const missing = async (status: object) => {
        const deployment = object({ spec: { replicas: 2 }, status });
        return (await rules["apps/Deployment"]?.judge(deployment, () => Promise.resolve(undefined)))?.missing;
    };
    assert.equal(await missing(done), undefined);
    assert.match((await missing({ ...done, observedGeneration: 1 })) ?? "", /controller/);
    assert.match((await missing({ ...done, updatedReplicas: 1 })) ?? "", /1 of 2 replicas are updated/);
    assert.match((await missing({ ...done, replicas: 3 })) ?? "", /1 old replicas/);
    assert.match((await missing({ ...done, availableReplicas: 0 })) ?? "", /0 of 2 replicas are available/);
});

test("drift is what another manager has taken over; what the server writes differently is none", () => {
    const inputs = {
        apiVersion: "v1",
        kind: "Thing",
        spec: { cpu: "1000m", image: "mine", list: [{ name: "a", port: 1 }] },
    };
    const fieldsV1 = { "f:spec": { "f:cpu": {}, "f:list": { 'k:{"name":"a"}': { ".": {}, "f:name": {} } } } };
    const live = object({
        metadata: {
            name: "thing",
            managedFields: [{ manager: "program", operation: "Apply", fieldsV1 }],
        },
        spec: { cpu: "1", image: "theirs", list: [{ name: "a", port: 2 }], defaulted: true },
    });
    assert.deepEqual(driftedInputs(inputs, live, "program"), {
        ...inputs,
        spec: { cpu: "1000m", image: "theirs", list: [{ name: "a", port: 2 }] },
    });
});
