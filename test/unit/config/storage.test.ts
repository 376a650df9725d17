import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { storageSchema, validateStorage } from "../../../components/storage";
import { cluster, disks, rook } from "../storage/fixtures";

const problems = (settings: Record<string, unknown>, workers = 3, kubernetesVersion = "v1.32.0"): string[] =>
    validateStorage(rook(settings), { nodes: cluster(workers), kubernetesVersion }).map(
        ({ path: place, message }) => `${place}: ${message}`,
    );
const only = (found: string[], pattern: RegExp): void => {
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", pattern);
};

test("a disk on each of three workers is enough", () => {
    assert.deepEqual(problems({ nodes: disks(3) }), []);
});

test("one worker, and even the master alone, will do", () => {
    assert.deepEqual(problems({ nodes: disks(1) }, 1), []);
    assert.deepEqual(problems({ nodes: [{ name: "master", devices: ["/dev/sdb"] }] }, 0), []);
});

test("no storage needs nothing", () => {
    const storage = storageSchema.parse({ addOn: "none" });
    assert.deepEqual(validateStorage(storage, { nodes: cluster(0), kubernetesVersion: "v1.40.0" }), []);
});

test("a Kubernetes that Rook 1.16 does not support", () => {
    only(problems({ nodes: disks(3) }, 3, "v1.33.0"), /^addOn: .*1\.27 to 1\.32.*v1\.33\.0/);
    only(problems({ nodes: disks(3) }, 3, "v1.26.9"), /1\.27 to 1\.32/);
});

test("no storage nodes, and devices found by the operator", () => {
    only(problems({}), /^nodes: names no storage node.*useAllDevices/);
    assert.deepEqual(problems({ useAllDevices: true }), []);
    assert.deepEqual(problems({ nodes: [{ name: "worker-1", deviceFilter: "^sd[b-d]$" }] }), [
        ...problems({ nodes: disks(1) }),
    ]);
});

test("nodes: unknown, twice, without devices", () => {
    only(
        problems({ nodes: [{ name: "worker-9", devices: ["/dev/sdb"] }] }),
        /nodes\[0\]\.name: "worker-9" is not a node/,
    );
    only(problems({ nodes: [...disks(3), ...disks(1)] }), /nodes\[3\]\.name: .*nodes\[0\] already/);
    only(problems({ nodes: [...disks(2), { name: "worker-3" }] }), /nodes\[2\]: "worker-3" names no devices/);
});

test("devices: the same twice, a loop device, together with a filter", () => {
    const one = (devices: string[], more = {}): unknown => ({ name: "worker-1", devices, ...more });
    only(problems({ nodes: [one(["/dev/sdb", "/dev//sdb"])] }), /devices\[1\]: .*named twice/);
    only(problems({ nodes: [one(["/dev/loop3"])] }), /loop device: set operator\.allowLoopDevices/);
    assert.deepEqual(problems({ nodes: [one(["/dev/loop3"])], operator: { allowLoopDevices: true } }), []);
    only(problems({ nodes: [one(["/dev/sdb"], { deviceFilter: "^sd" })] }), /exclude each other/);
});

test("devices: what is no path below /dev is refused by the schema", () => {
    for (const device of ["sdb", "/tmp/disk", "/dev/sd b", "/dev/sdb; reboot"]) {
        const parsed = storageSchema.safeParse({ addOn: "rook", nodes: [{ name: "worker-1", devices: [device] }] });
        assert.equal(parsed.success, false, device);
    }
});

test("mons: even, or more than there are nodes for them", () => {
    only(problems({ nodes: disks(3), ceph: { monCount: 2 } }), /ceph\.monCount: 2 mons .* 1, 3 or 5/);
    only(
        problems({ nodes: disks(3), ceph: { monCount: 5 } }),
        /5 mons need as many nodes, and 3 can take one: write 3/,
    );
    only(problems({ nodes: disks(1), ceph: { monCount: 3 } }, 1), /write 1/);
});

test("copies: more than storage nodes, unless they may share one", () => {
    const filesystem = { enabled: false };
    only(
        problems({ nodes: disks(2), blockPool: { replicas: 3 }, filesystem }),
        /^blockPool\.replicas: 3 copies .* at most 2/,
    );
    const blockPool = { replicas: 3, failureDomain: "osd" };
    assert.deepEqual(problems({ nodes: disks(1), blockPool, filesystem }), []);
});

test("Ceph: releases that Rook 1.16 does not know, tags that tell none", () => {
    const nodes = disks(3);
    for (const image of [
        "quay.io/ceph/ceph:v19.2.1",
        "local/ceph:18.2.7-debian",
        `ceph:v19.2.0@sha256:${"a".repeat(64)}`,
    ]) {
        assert.deepEqual(problems({ nodes, ceph: { image } }), [], image);
    }
    only(
        problems({ nodes, ceph: { image: "quay.io/ceph/ceph:v20.1.0" } }),
        /ceph\.image: .*is Ceph 20\.1\.0.*allowUnsupported/,
    );
    only(problems({ nodes, ceph: { image: "quay.io/ceph/ceph:v17.2.7" } }), /17\.2\.7/);
    only(problems({ nodes, ceph: { image: "quay.io/ceph/ceph:latest" } }), /tells no whole version/);
    assert.deepEqual(problems({ nodes, ceph: { image: "quay.io/ceph/ceph:v20.1.0", allowUnsupported: true } }), []);
});

test("manifests: a version without checksums, a directory without the files", () => {
    only(problems({ nodes: disks(3), version: "v1.16.2" }), /^version: .*storage:lock -- v1\.16\.2/);
    const empty = mkdtempSync(path.join(tmpdir(), "manifests-"));
    try {
        only(
            problems({ nodes: disks(3), manifests: empty }),
            /^manifests: .*has no crds\.yaml, common\.yaml, operator\.yaml/,
        );
    } finally {
        rmSync(empty, { recursive: true });
    }
});

test("pools whose CSI driver is off, two default classes", () => {
    const nodes = disks(3);
    only(problems({ nodes, operator: { csi: { rbd: false } } }), /^blockPool\.enabled: needs operator\.csi\.rbd/);
    assert.deepEqual(problems({ nodes, operator: { csi: { rbd: false } }, blockPool: { enabled: false } }), []);
    only(problems({ nodes, operator: { csi: { cephfs: false } } }), /^filesystem\.enabled/);
    only(problems({ nodes, filesystem: { defaultClass: true } }), /^filesystem\.defaultClass/);
});
