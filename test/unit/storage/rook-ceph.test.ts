import assert from "node:assert/strict";
import { test } from "node:test";
import { RookCeph, StorageHosts } from "../../../components/storage";
import { parseReport } from "../../../components/storage/report";
import { cluster, disks, rook, skip } from "./fixtures";
import { register, Seen } from "./mocks";
import { connection, registeredStorage } from "./registered";

const count = (registered: Seen[], type: RegExp): number =>
    registered.filter((resource) => type.test(resource.type)).length;

test("every document of the release is a resource, and no two have one name", { skip }, async () => {
    const registered = await registeredStorage();
    assert.equal(count(registered, /:CustomResourceDefinition$/), 19);
    assert.equal(count(registered, /^kubernetes:core\/v1:ServiceAccount$/), 12);
    assert.equal(count(registered, /^kubernetes:ceph\.rook\.io\/v1:CephCluster$/), 1);
    // 19 CRDs, 53 common, 2 operator; cluster; pool and class; file system, group and class.
    assert.equal(count(registered, /^kubernetes:/), 74 + 1 + 2 + 3);
    const names = registered.map(({ name, type }) => `${type} ${name}`);
    assert.equal(new Set(names).size, names.length);
});

test("component types, which are an interface", { skip }, async () => {
    const registered = await registeredStorage({ objectStore: { enabled: true } });
    const types = registered.map(({ type }) => type).filter((type) => type.startsWith("kubeadm-cluster:"));
    assert.deepEqual([...new Set(types)].sort(), [
        "kubeadm-cluster:storage:BlockStorage",
        "kubeadm-cluster:storage:CephCluster",
        "kubeadm-cluster:storage:FileStorage",
        "kubeadm-cluster:storage:ObjectStorage",
        "kubeadm-cluster:storage:RookCeph",
        "kubeadm-cluster:storage:RookOperator",
        "kubeadm-cluster:storage:StorageHosts",
    ]);
});

test("each host is dialled once by an up, the control plane node thrice", { skip }, async () => {
    const registered = await registeredStorage();
    const dialling = registered.filter(
        ({ type, inputs }) => type === "command:remote:Command" && inputs.create !== undefined,
    );
    assert.deepEqual(dialling.map(({ name }) => name).sort(), [
        "storage-cluster-ready",
        "storage-hosts-master",
        "storage-hosts-worker-1",
        "storage-hosts-worker-2",
        "storage-hosts-worker-3",
        "storage-report",
    ]);
});

test("no key and no long manifest is shown", { skip }, async () => {
    const registered = await registeredStorage({ proof: { enabled: true } });
    for (const { name, shown, type } of registered) {
        assert.doesNotMatch(shown, /the private key/, name);
        if (type === "command:remote:Command") assert.ok(shown.length < 4000, `${name}: ${shown.length}`);
    }
});

test("bad settings are refused with their way out, before anything is registered", { skip }, async () => {
    await register(() => {
        assert.throws(
            () =>
                new RookCeph("storage", {
                    storage: rook({ nodes: disks(2), blockPool: { replicas: 3 } }),
                    manifests: { "crds.yaml": [], "common.yaml": [], "operator.yaml": [] },
                    nodes: cluster(2),
                    kubernetesVersion: "v1.33.0",
                    controlPlaneConnection: connection,
                    hosts: undefined as unknown as StorageHosts,
                    after: [],
                }),
            /RookCeph storage:\n {2}addOn: rook 1\.16 supports.*\n {2}blockPool\.replicas: 3 copies/,
        );
    });
});

test("what the cluster reports is read line by line", () => {
    const line = (name: string, value: string): string => `${name}=${Buffer.from(value).toString("base64")}\n`;
    const output =
        line("HEALTH", "HEALTH_OK") +
        line("MON_ENDPOINTS", "a=10.96.0.5:6789,b=10.96.0.6:6789") +
        line("DASHBOARD_PASSWORD", 'p=a"s\\s');
    assert.deepEqual(parseReport(output), {
        health: "HEALTH_OK",
        monEndpoints: ["10.96.0.5:6789", "10.96.0.6:6789"],
        dashboardAddress: "",
        dashboardPassword: 'p=a"s\\s',
    });
});
