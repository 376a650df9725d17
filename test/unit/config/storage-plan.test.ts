import assert from "node:assert/strict";
import { test } from "node:test";
import { cephClusterDocument } from "../../../components/storage/ceph-cluster-document";
import { imageSettings } from "../../../components/storage/images";
import { operatorSettings } from "../../../components/storage/operator-settings";
import type { ClusterNode } from "../../../components/storage";
import { replication, storagePlan } from "../../../components/config/storage-plan";
import { blockPoolDocument, filesystemDocument } from "../../../components/storage/pool-documents";
import { cluster, disks, rook, sent } from "../storage/fixtures";

const planOf = (workers: number) => storagePlan(rook({ nodes: disks(workers) }), cluster(workers));
const master = (more: Partial<ClusterNode> = {}): ClusterNode[] => [
    { name: "master", role: "control-plane", taints: [], ...more },
];
const onMaster = { nodes: [{ name: "master", devices: ["/dev/sdb"] }] };

test("mons, mgrs and profile by the number of storage nodes", () => {
    const table = [1, 2, 3, 4, 5, 7].map((workers) => {
        const { monCount, mgrCount, profile, osdCount } = planOf(workers);
        return [workers, monCount, mgrCount, profile, osdCount];
    });
    assert.deepEqual(table, [
        [1, 1, 1, "small", 1],
        [2, 1, 2, "small", 2],
        [3, 3, 2, "production", 3],
        [4, 3, 2, "production", 4],
        [5, 5, 2, "production", 5],
        [7, 5, 2, "production", 7],
    ]);
});

test("copies by the number of storage nodes", () => {
    assert.deepEqual(
        [1, 2, 3, 5].map((count) => replication({}, count)),
        [
            { size: 1, failureDomain: "osd" },
            { size: 2, failureDomain: "host" },
            { size: 3, failureDomain: "host" },
            { size: 3, failureDomain: "host" },
        ],
    );
});

test("the number of OSDs is unknown where the operator finds the devices", () => {
    const nodes = [...disks(2), { name: "worker-3", deviceFilter: "^sd" }];
    assert.equal(storagePlan(rook({ nodes }), cluster(3)).osdCount, undefined);
    const all = storagePlan(rook({ useAllDevices: true }), cluster(3));
    assert.equal(all.osdCount, undefined);
    assert.deepEqual(all.storageNodes, ["worker-1", "worker-2", "worker-3"]);
});

test("a single node that keeps its taint: every Pod of the storage tolerates it", () => {
    const config = rook(onMaster);
    const plan = storagePlan(config, master());
    const taint = { key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" };
    assert.deepEqual(plan.daemonTolerations, [taint]);
    assert.equal(plan.provisionerReplicas, 1);
    const settings = operatorSettings(config, plan);
    assert.match(settings.CSI_PROVISIONER_TOLERATIONS ?? "", /control-plane/);
    assert.match(settings.CSI_PLUGIN_TOLERATIONS ?? "", /control-plane/);
    const { spec } = cephClusterDocument(config, plan) as unknown as { spec: { placement: unknown } };
    assert.deepEqual(spec.placement, { all: { tolerations: [taint] } });
});

test("a single node without the taint: nothing to tolerate", () => {
    const plan = storagePlan(rook(onMaster), master({ schedulable: true }));
    assert.deepEqual([plan.daemonTolerations, plan.pluginTolerations], [[], []]);
});

test("a single node: one mon that may share it, one copy, pools that Ceph makes itself included", () => {
    const config = rook(onMaster);
    const plan = storagePlan(config, master());
    const { spec } = sent(cephClusterDocument(config, plan)) as unknown as {
        spec: { mon: unknown; mgr: object; cephConfig: unknown };
    };
    assert.deepEqual(spec.mon, { count: 1, allowMultiplePerNode: true });
    assert.deepEqual(spec.mgr, { count: 1, allowMultiplePerNode: true, modules: [{ name: "rook", enabled: true }] });
    assert.deepEqual(spec.cephConfig, {
        global: { osd_pool_default_size: "1", mon_warn_on_pool_no_redundancy: "false" },
    });
    const pool = sent(blockPoolDocument(config, plan)) as unknown as { spec: object };
    assert.deepEqual(pool.spec, {
        failureDomain: "osd",
        replicated: { size: 1 },
        parameters: { compression_mode: "none" },
    });
});

test("a storage node's own taint is tolerated by daemons, another node's by the CSI plug-ins alone", () => {
    const nodes: ClusterNode[] = [
        ...cluster(1),
        { name: "storage", role: "worker", taints: [{ key: "storage", value: "ceph", effect: "NoExecute" }] },
        { name: "gpu", role: "worker", taints: [{ key: "gpu", effect: "NoSchedule" }] },
        { name: "soft", role: "worker", taints: [{ key: "soft", effect: "PreferNoSchedule" }] },
    ];
    const plan = storagePlan(rook({ nodes: [{ name: "storage", devices: ["/dev/sdb"] }] }), nodes);
    const keys = (tolerations: { key?: string }[]): (string | undefined)[] => tolerations.map(({ key }) => key);
    assert.deepEqual(keys(plan.daemonTolerations), ["storage"]);
    assert.deepEqual(keys(plan.pluginTolerations), ["node-role.kubernetes.io/control-plane", "storage", "gpu"]);
});

test("with consent to lose the data, nothing is kept back when the file system goes", () => {
    const preserved = (destroyData: boolean): unknown => {
        const config = rook({ nodes: disks(3), destroyData });
        const document = filesystemDocument(config, storagePlan(config, cluster(3)));
        return (sent(document).spec as { preserveFilesystemOnDelete?: boolean }).preserveFilesystemOnDelete;
    };
    assert.deepEqual([preserved(false), preserved(true)], [true, undefined]);
});

test("no configuration sets the confirmation to destroy the data in the CephCluster", () => {
    for (const settings of [{}, { destroyData: true }, { useAllDevices: true }]) {
        const config = rook({ nodes: settings.useAllDevices ? [] : disks(3), ...settings });
        assert.doesNotMatch(
            JSON.stringify(cephClusterDocument(config, storagePlan(config, cluster(3)))),
            /confirmation/,
        );
    }
});

test("CSI drivers off, ceph-fuse, loop devices and any other setting reach the operator", () => {
    const config = rook({
        nodes: disks(3),
        operator: {
            csi: { rbd: false, kernelCephfs: false },
            allowLoopDevices: true,
            logLevel: "DEBUG",
            settings: { CSI_LOG_LEVEL: "5" },
        },
    });
    const settings = operatorSettings(config, storagePlan(config, cluster(3)));
    assert.equal(settings.ROOK_CSI_ENABLE_RBD, "false");
    assert.equal(settings.CSI_FORCE_CEPHFS_KERNEL_CLIENT, "false");
    assert.equal(settings.ROOK_CEPH_ALLOW_LOOP_DEVICES, "true");
    assert.equal(settings.ROOK_LOG_LEVEL, "DEBUG");
    assert.equal(settings.CSI_LOG_LEVEL, "5");
});

test("a mirror takes the place of every registry", () => {
    assert.deepEqual(imageSettings(rook()), {});
    const settings = imageSettings(
        rook({ imageRegistry: "mirror.example.com", images: { resizer: "own/resizer:v1" } }),
    );
    assert.equal(settings.ROOK_CSI_CEPH_IMAGE, "mirror.example.com/cephcsi/cephcsi:v3.13.0");
    assert.equal(settings.ROOK_CSI_RESIZER_IMAGE, "own/resizer:v1");
    assert.equal(Object.keys(settings).length, 7);
});
