/* eslint-disable @typescript-eslint/no-unsafe-member-access -- tests look into objects of any kind */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { missing, StorageStack } from "./storage-stack";

const absent = missing();
const skip = absent === undefined ? false : `not here: ${absent}`;
let stack: StorageStack;

// A single node that keeps its taint: also the plan, the life and the end of such a cluster.
before(async () => {
    if (skip !== false) return;
    stack = await StorageStack.start([{ name: "master", role: "control-plane" }]);
    await stack.preview();
});
after(async () => {
    if (skip === false) await stack.close();
});

test("a device that holds something: refused before anything is made in the cluster", { skip }, async () => {
    const { device } = stack.host("master");
    execFileSync("mkfs.ext4", ["-q", device]);
    const result = await stack.tryUp({ destroyData: true });
    assert.notEqual(result.code, 0);
    assert.match(result.stdout + result.stderr, /holds ext4; if that may be lost, clear it with: wipefs -a/);
    assert.deepEqual(await stack.leftovers(), []);
    execFileSync("wipefs", ["-q", "-a", device]);
});

/** That each wrong order can begin with an up on the same disks is the last part of what is shown of the one before. */
async function fresh(): Promise<void> {
    stack.operator.faults = {};
    stack.operator.dataLostUnderUsers = false;
    stack.operator.cleaned.length = 0;
    await stack.up();
}

const filesystem = () => stack.objects.get("cephfilesystems", "rook-ceph", "myfs");
const cluster = () => stack.objects.get("cephclusters", "rook-ceph", "rook-ceph");

/** The destroy ends, and nothing is left in the cluster or on the hosts. */
async function destroyedClean(): Promise<string> {
    const result = await stack.destroy();
    const output = result.stdout + result.stderr;
    assert.equal(result.code, 0, output);
    assert.deepEqual(await stack.leftovers(), []);
    assert.ok(stack.host("master").isClean);
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
        await fresh();
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
        assert.deepEqual(stack.operator.cleaned, ["master"]);
        assert.equal(stack.operator.dataLostUnderUsers, false);
    },
);

test(
    "the CephCluster deleted while the file system exists: the destroy ends, hosts cleaned without Rook",
    { skip },
    async () => {
        await fresh();
        await stack.objects.remove("cephclusters", "rook-ceph", "rook-ceph");
        await stack.until(async () => (await cluster())?.status.phase === "Deleting", "the deletion");
        await destroyedClean();
        assert.deepEqual(stack.operator.cleaned, []);
    },
);

test("the same, then the confirmation patched in under a claim: the destroy ends all the same", { skip }, async () => {
    await fresh();
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
    await fresh();
    await stack.removeOperator();
    await stack.objects.remove("cephclusters", "rook-ceph", "rook-ceph");
    await stack.objects.remove("cephfilesystems", "rook-ceph", "myfs");
    const output = await destroyedClean();
    assert.match(output, /the operator is gone; it is put back/);
});

test(
    "operator and namespace deleted first: finalizers are taken off, hosts cleaned without Rook",
    { skip },
    async () => {
        await fresh();
        await stack.removeOperator();
        await stack.api.request("DELETE", "/api/v1/namespaces/rook-ceph");
        const output = await destroyedClean();
        assert.match(output, /the namespace rook-ceph is being deleted without its operator/);
        assert.deepEqual(stack.operator.cleaned, []);
    },
);

test("a destroy given up after the confirmation: the next up takes it back", { skip }, async () => {
    await fresh();
    const confirmed = { spec: { cleanupPolicy: { confirmation: "yes-really-destroy-data" } } };
    await stack.objects.patch("cephclusters", "rook-ceph", "rook-ceph", confirmed);
    await stack.up({ waitSeconds: 61 });
    assert.equal((await cluster())?.spec.cleanupPolicy.confirmation, undefined);
});

test("finished Jobs of an earlier cluster are not taken for the new ones", { skip }, async () => {
    // The cluster is that of the test before.
    await stack.objects.create("jobs", "rook-ceph", {
        metadata: { name: "cluster-cleanup-job-master", labels: { app: "rook-ceph-cleanup" } },
        spec: {
            template: {
                spec: {
                    restartPolicy: "OnFailure",
                    nodeSelector: { "kubernetes.io/hostname": "master" },
                    containers: [{ name: "host-cleanup", image: "rook" }],
                },
            },
        },
    });
    await stack.until(() => Promise.resolve(stack.operator.cleaned.length > 0), "the old Job");
    await destroyedClean();
    assert.deepEqual(stack.operator.cleaned, ["master", "master"]);
});
