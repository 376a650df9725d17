/* eslint-disable @typescript-eslint/no-unsafe-member-access -- tests look into objects of any kind */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { missing, StorageStack } from "./storage-stack";

// One destroy that is killed at every stage, each time further on than before, and run again.
const absent = missing();
const skip = absent === undefined ? false : `not here: ${absent}`;
let stack: StorageStack;

before(async () => {
    if (skip !== false) return;
    stack = await StorageStack.start([
        { name: "master", role: "control-plane" },
        { name: "worker-1", role: "worker" },
    ]);
    await stack.up({ destroyData: true });
});
after(async () => {
    if (skip === false) await stack.close();
});

const gone = async (resource: string, name: string, namespace = "rook-ceph"): Promise<boolean> =>
    (await stack.objects.get(resource, namespace, name)) === undefined;
const runs = (host: string, script: string) => () =>
    Promise.resolve([...stack.host(host).running].some((one) => one.startsWith(script)));
const confirmed = async (): Promise<boolean> => {
    const cluster = await stack.objects.get("cephclusters", "rook-ceph", "rook-ceph");
    return cluster?.spec.cleanupPolicy.confirmation !== undefined;
};
const definitions = async (): Promise<number> => {
    const { body } = await stack.api.request("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
    return (body as { items: unknown[] }).items.length;
};

/** In the order in which a destroy comes to them. */
const stages: [string, () => Promise<boolean>][] = [
    ["while the guard looks for claims", runs("master", "storage-guard.sh all")],
    ["when the block pool has gone", () => gone("cephblockpools", "replicapool")],
    ["before the confirmation", runs("master", "storage-confirm.sh")],
    ["after the confirmation", confirmed],
    ["when the CephCluster has gone", () => gone("cephclusters", "rook-ceph")],
    ["while the clean-up Jobs are awaited", runs("master", "storage-swept.sh")],
    ["when the operator has gone", () => gone("deployments", "rook-ceph-operator")],
    ["among the CRDs", async () => (await definitions()) < 19],
    ["while a host is cleaned", runs("worker-1", "storage-clean.sh")],
];

for (const [stage, reached] of stages) {
    test(`killed ${stage}: the next destroy goes on`, { skip }, async () => {
        const result = await stack.destroyKilledWhen(reached);
        assert.equal(result.code, 128 + 9, result.stdout + result.stderr);
        assert.equal(stack.operator.dataLostUnderUsers, false);
    });
}

test("the last destroy ends clean: nothing in the cluster, nothing on hosts and devices", { skip }, async () => {
    const result = await stack.destroy();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.deepEqual(await stack.leftovers(), []);
    for (const host of stack.hosts) assert.ok(host.isClean, host.name);
});
