/* eslint-disable @typescript-eslint/no-unsafe-member-access -- tests look into objects of any kind */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { missing, StorageStack } from "./storage-stack";

const absent = missing();
const skip = absent === undefined ? false : `not here: ${absent}`;
let stack: StorageStack;

before(async () => {
    if (skip !== false) return;
    stack = await StorageStack.start([
        { name: "master", role: "control-plane" },
        { name: "worker-1", role: "worker" },
    ]);
});
after(async () => {
    if (skip === false) await stack.close();
});
// That each test can begin with an up on the same disks is the last part of what is shown here.
beforeEach(async () => {
    if (skip !== false) return;
    stack.operator.faults = {};
    stack.operator.dataLostUnderUsers = false;
    stack.operator.cleaned.length = 0;
    await stack.up({ destroyData: true });
});

const filesystem = () => stack.objects.get("cephfilesystems", "rook-ceph", "myfs");
const cluster = () => stack.objects.get("cephclusters", "rook-ceph", "rook-ceph");
const removeOperator = async (): Promise<void> => {
    await stack.objects.remove("deployments", "rook-ceph", "rook-ceph-operator");
    await stack.until(async () => {
        const pods = await stack.objects.list("pods", "rook-ceph");
        return pods.every((pod) => pod.metadata.labels.app !== "rook-ceph-operator");
    }, "the operator's end");
};

/** The destroy ends, and nothing is left in the cluster or on the hosts. */
async function destroyedClean(): Promise<string> {
    const result = await stack.destroy();
    const output = result.stdout + result.stderr;
    assert.equal(result.code, 0, output);
    assert.deepEqual(await stack.leftovers(), []);
    for (const host of stack.hosts) {
        assert.equal(host.signature, "", host.name);
        assert.equal(existsSync(host.dataDir), false, host.name);
    }
    return output;
}

async function stopped(pattern: RegExp): Promise<void> {
    const result = await stack.destroy();
    assert.notEqual(result.code, 0);
    assert.match(result.stdout + result.stderr, pattern);
}

test(
    "the file system deleted while a claim exists: blocked, and the destroy stops until the claim is gone",
    { skip },
    async () => {
        await stack.claim("photos", "rook-cephfs");
        await stack.objects.remove("cephfilesystemsubvolumegroups", "rook-ceph", "myfs-csi");
        await stack.objects.remove("cephfilesystems", "rook-ceph", "myfs");
        await stack.until(
            async () => (await filesystem())?.status.conditions?.[0]?.type === "DeletionIsBlocked",
            "the block",
        );
        await stopped(/claims are still there, and nothing was changed: default\/photos/);
        assert.equal(stack.operator.dataLostUnderUsers, false);

        await stack.objects.remove("persistentvolumeclaims", "default", "photos");
        await destroyedClean();
        assert.deepEqual(stack.operator.cleaned, ["worker-1"]);
        assert.equal(stack.operator.dataLostUnderUsers, false);
    },
);

test(
    "the CephCluster deleted while the file system exists: the destroy ends, hosts cleaned without Rook",
    { skip },
    async () => {
        await stack.objects.remove("cephclusters", "rook-ceph", "rook-ceph");
        await stack.until(async () => (await cluster())?.status.phase === "Deleting", "the deletion");
        await destroyedClean();
        assert.deepEqual(stack.operator.cleaned, []);
    },
);

test("the same, then the confirmation patched in under a claim: the destroy ends all the same", { skip }, async () => {
    await stack.claim("photos", "rook-cephfs");
    await stack.objects.remove("cephclusters", "rook-ceph", "rook-ceph");
    const confirmed = { spec: { cleanupPolicy: { confirmation: "yes-really-destroy-data" } } };
    await stack.objects.patch("cephclusters", "rook-ceph", "rook-ceph", confirmed);
    for (const [kind, name] of [
        ["cephfilesystemsubvolumegroups", "myfs-csi"],
        ["cephfilesystems", "myfs"],
        ["cephblockpools", "replicapool"],
    ] as const) {
        await stack.objects.remove(kind, "rook-ceph", name);
    }
    await stack.until(async () => (await filesystem()) === undefined, "the loss");
    assert.equal(stack.operator.dataLostUnderUsers, true);
    const output = await destroyedClean();
    assert.match(output, /the data of these volumes is gone with its Ceph cluster already: default\/photos/);
    await stack.objects.remove("persistentvolumeclaims", "default", "photos");
});

test("the operator deleted first: it is put back, and takes everything down", { skip }, async () => {
    await removeOperator();
    await stack.objects.remove("cephclusters", "rook-ceph", "rook-ceph");
    await stack.objects.remove("cephfilesystems", "rook-ceph", "myfs");
    const output = await destroyedClean();
    assert.match(output, /the operator is gone; it is put back/);
});

test(
    "operator and namespace deleted first: finalizers are taken off, hosts cleaned without Rook",
    { skip },
    async () => {
        await removeOperator();
        await stack.api.request("DELETE", "/api/v1/namespaces/rook-ceph");
        const output = await destroyedClean();
        assert.match(output, /the namespace rook-ceph is being deleted without its operator/);
        assert.deepEqual(stack.operator.cleaned, []);
    },
);

test("finished Jobs of an earlier cluster are not taken for the new ones", { skip }, async () => {
    await stack.objects.create("jobs", "rook-ceph", {
        metadata: { name: "cluster-cleanup-job-worker-1", labels: { app: "rook-ceph-cleanup" } },
        spec: {
            template: {
                spec: {
                    restartPolicy: "OnFailure",
                    nodeSelector: { "kubernetes.io/hostname": "worker-1" },
                    containers: [{ name: "host-cleanup", image: "rook" }],
                },
            },
        },
    });
    await stack.until(() => Promise.resolve(stack.operator.cleaned.length > 0), "the old Job");
    await destroyedClean();
    assert.deepEqual(stack.operator.cleaned, ["worker-1", "worker-1"]);
});

test("a destroy given up after the confirmation: the next up takes it back", { skip }, async () => {
    const confirmed = { spec: { cleanupPolicy: { confirmation: "yes-really-destroy-data" } } };
    await stack.objects.patch("cephclusters", "rook-ceph", "rook-ceph", confirmed);
    await stack.up({ waitSeconds: 61 });
    assert.equal((await cluster())?.spec.cleanupPolicy.confirmation, undefined);
    await destroyedClean();
});
