/* eslint-disable @typescript-eslint/no-unsafe-member-access -- tests look into objects of any kind */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { KubernetesDocument } from "../../components/storage/kubernetes-object";
import { registeredStorage } from "../unit/storage/registered";
import { missing, StorageStack } from "./storage-stack";
import { refusals } from "./strict";

const absent = missing();
const skip = absent === undefined ? false : `not here: ${absent}`;
let stack: StorageStack;

before(async () => {
    if (skip !== false) return;
    stack = await StorageStack.start([
        { name: "master", role: "control-plane" },
        { name: "worker-1", role: "worker" },
        { name: "worker-2", role: "worker" },
    ]);
    await stack.preview();
});
after(async () => {
    if (skip === false) await stack.close();
});

test("an up ends when the storage can be used, with its outputs", { skip }, async () => {
    await stack.up({ proof: { enabled: true } });
    const outputs = await stack.workspace.outputs();
    assert.deepEqual(outputs.storageClasses, ["rook-ceph-block", "rook-cephfs"]);
    assert.equal(outputs.health, "HEALTH_OK");
    assert.deepEqual(outputs.monEndpoints, ["10.96.0.5:6789"]);
    assert.equal(outputs.dashboardAddress, "https://rook-ceph-mgr-dashboard.rook-ceph.svc");
    assert.equal(outputs.dashboardPassword, "the dashboard's password");
});

test(
    "every object, as it comes and with everything on, passes the API server's strict validation",
    { skip },
    async () => {
        const everything = {
            objectStore: { enabled: true },
            ceph: {
                toolbox: true,
                monitoring: true,
                network: "host",
                config: { global: { osd_pool_default_size: "2" } },
            },
            // Not ceph-fuse: a class that is there does not change its parameters.
            operator: { discoveryDaemon: true, tolerations: [{ operator: "Exists" }] },
            destroyData: true,
            deviceFilter: "^sd",
        };
        for (const settings of [{}, everything]) {
            const registered = await registeredStorage(settings);
            const objects = registered.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
            assert.ok(objects.length > 70);
            assert.deepEqual(await refusals(stack.api, objects as unknown as KubernetesDocument[]), []);
        }
    },
);

test("the proof claimed a volume of each class, wrote and read it, and left nothing", { skip }, async () => {
    const jobs = stack.operator.nodes.jobs.filter((name) => name.endsWith("er"));
    assert.deepEqual(jobs, [
        "rook-ceph-block-writer",
        "rook-ceph-block-reader",
        "rook-cephfs-writer",
        "rook-cephfs-reader",
    ]);
    assert.deepEqual(await stack.objects.list("persistentvolumes"), []);
});

test("a second up changes nothing, though the stored objects differ from what was sent", { skip }, async () => {
    const cluster = await stack.objects.get("cephclusters", "rook-ceph", "rook-ceph");
    assert.deepEqual(cluster?.spec.external, { enable: false });
    const result = await stack.up({}, ["--expect-no-changes"]);
    assert.match(result.stdout, /unchanged/);
    assert.deepEqual(
        stack.hosts.flatMap((host) => host.scripts),
        [],
    );
});

test("without consent, a destroy stops before anything is touched, and lists the claims", { skip }, async () => {
    await stack.claim("photos", "rook-cephfs");
    const result = await stack.destroy();
    assert.notEqual(result.code, 0);
    assert.match(
        result.stdout + result.stderr,
        /not deleted without consent, and nothing was changed\. Claims in it: default\/photos/,
    );
    assert.equal((await stack.objects.list("storageclasses")).length, 2);
    assert.equal((await stack.objects.list("cephblockpools")).length, 1);
});

test("with consent, claims of others still stop it", { skip }, async () => {
    await stack.up({ destroyData: true });
    const result = await stack.destroy();
    assert.notEqual(result.code, 0);
    assert.match(result.stdout + result.stderr, /claims are still there, and nothing was changed: default\/photos/);
    assert.equal((await stack.objects.list("cephfilesystems")).length, 1);
    assert.equal(stack.host("worker-1").signature, "ceph_bluestore");
});

test("with consent and no claims, a destroy leaves nothing in the cluster and on the hosts", { skip }, async () => {
    await stack.objects.remove("persistentvolumeclaims", "default", "photos");
    const result = await stack.destroy();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.deepEqual(await stack.leftovers(), []);
    assert.deepEqual([...stack.operator.cleaned].sort(), ["worker-1", "worker-2"]);
    assert.equal(stack.operator.dataLostUnderUsers, false);
    for (const host of stack.hosts) assert.ok(host.isClean, host.name);
});
