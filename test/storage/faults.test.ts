/* eslint-disable @typescript-eslint/no-unsafe-member-access -- tests look into objects of any kind */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { missing, StorageStack } from "./storage-stack";

// A single node that takes every Pod: also the plan, the life and the end of such a cluster.
const absent = missing();
const skip = absent === undefined ? false : `not here: ${absent}`;
const patience = 8;
let stack: StorageStack;

before(async () => {
    if (skip !== false) return;
    stack = await StorageStack.start([{ name: "master", role: "control-plane", schedulable: true }]);
    await stack.preview();
    await stack.up({ destroyData: true });
});
after(async () => {
    if (skip === false) await stack.close();
});
beforeEach(() => {
    if (skip === false) stack.operator.faults = {};
});

const names = { NAMESPACE: "rook-ceph", CLUSTER: "rook-ceph" };
const consent = { ...names, DESTROY_DATA: "true" };
const cluster = () => stack.objects.get("cephclusters", "rook-ceph", "rook-ceph");
const osds = async () => {
    const deployments = await stack.objects.list("deployments", "rook-ceph");
    return deployments.filter((one) => one.metadata.labels.app === "rook-ceph-osd").length;
};
const health = (wanted: string) =>
    stack.until(async () => (await cluster())?.status.ceph.health === wanted, `the health ${wanted}`);

async function loseOsds(faults: "once" | "always"): Promise<void> {
    stack.operator.faults = { noOsds: faults };
    await stack.objects.remove("deployments", "rook-ceph", "rook-ceph-osd-0");
    await stack.until(async () => {
        const counted = (await cluster())?.status.storage.osd.storeType.bluestore as number | undefined;
        return counted === undefined && (await osds()) === 0;
    }, "the loss of the OSDs");
}

function ready(restartAfter = patience / 2, seconds = patience) {
    return stack.host("master").call("storage-ready.sh", {
        ...names,
        OSD_COUNT: "1",
        CEPH_IMAGE: "quay.io/ceph/ceph:v19.2.0",
        WAIT_SECONDS: String(seconds),
        RESTART_SECONDS: String(restartAfter),
    });
}

/** It fails, in about the time that it was given, and with one line that says why. */
async function failsInTime(running: Promise<{ code: number; stderr: string }>, pattern: RegExp): Promise<string> {
    const began = Date.now();
    const { code, stderr } = await running;
    assert.equal(code, 1, stderr);
    assert.match(stderr.trimEnd().split("\n").at(-1) ?? "", pattern);
    assert.ok(Date.now() - began < 60_000, `${Date.now() - began} ms`);
    return stderr;
}

test(
    "Ready and HEALTH_OK with no OSD at all: the operator is restarted, once, and the signs are named",
    { skip },
    async () => {
        await loseOsds("always");
        const message = await failsInTime(
            ready(),
            /not ready within 8 s: 0 of 1 OSDs in its status; 0 of 1 OSD Deployments available.*devices must be raw/,
        );
        assert.equal(message.match(/the operator is restarted once/g)?.length, 1, message);
        assert.match(message, /logs of the OSDs' preparation/);
    },
);

test("no OSD until the operator is restarted: it ends well", { skip }, async () => {
    await loseOsds("once");
    // It ends as soon as the OSD is there, which takes longer than `patience` where the machine is busy.
    const { code, stderr } = await ready(2, 60);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /the operator is restarted once/);
    assert.equal(await osds(), 1);
});

test("HEALTH_ERR is not ready", { skip }, async () => {
    stack.operator.faults = { healthError: true };
    await health("HEALTH_ERR");
    await failsInTime(ready(), /not ready within 8 s: health HEALTH_ERR\. It says/);
    stack.operator.faults = {};
    await health("HEALTH_OK");
});

test("OSDs missing and the operator gone: the line says so", { skip }, async () => {
    await loseOsds("always");
    await stack.removeOperator();
    await failsInTime(ready(), /0 of 1 OSDs in its status.*the operator is not available/);
});

test("the next up puts the operator back", { skip }, async () => {
    await stack.refresh();
    await stack.up({ waitSeconds: 61 });
    assert.equal(await osds(), 1);
});

test("a file system that is still there: no confirmation is set, and it is named", { skip }, async () => {
    const master = stack.host("master");
    master.impatience = 20;
    await failsInTime(
        master.call("storage-confirm.sh", consent),
        /these are still there, and would be destroyed under their users: .*cephfilesystem\/myfs/,
    );
    master.impatience = 1;
    assert.equal((await cluster())?.spec.cleanupPolicy.confirmation, undefined);
});

test("clean-up Jobs that never end: the hosts are cleaned all the same", { skip }, async () => {
    stack.operator.faults = { cleanupHangs: true };
    stack.host("master").impatience = 30;
    const result = await stack.destroy();
    const output = result.stdout + result.stderr;
    assert.equal(result.code, 0, output);
    assert.match(output, /no clean-up Job has ended on: master; these hosts are cleaned without Rook/);
    assert.deepEqual(await stack.leftovers(), []);
});
