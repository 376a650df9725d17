import type { KubernetesDocument } from "./kubernetes-object";
import { BLOCK_POOL, DRIVERS, FILESYSTEM, NAMESPACE, OBJECT_STORE, STORAGE_CLASSES } from "./names";
import { replication, StoragePlan } from "../config/storage-plan";
import { daemonResources } from "./profiles";
import type { RookConfig } from "../config/storage-schema";

type PoolSettings = { replicas?: number; failureDomain?: "host" | "osd"; deviceClass?: string };

/** A replicated pool in the form in which the operator stores it. */
function pool(settings: PoolSettings, plan: StoragePlan): Record<string, unknown> {
    const { size, failureDomain } = replication(settings, plan.storageNodes.length);
    return {
        failureDomain,
        deviceClass: settings.deviceClass,
        // One copy is refused by Ceph unless it is asked for in this way.
        replicated: { size, ...(size > 1 ? { requireSafeReplicaSize: true } : {}) },
        parameters: { compression_mode: "none" },
    };
}

function object(apiVersion: string, kind: string, name: string, body: Record<string, unknown>): KubernetesDocument {
    return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, ...body };
}

/** The CephBlockPool. */
export function blockPoolDocument(rook: RookConfig, plan: StoragePlan): KubernetesDocument {
    return object("ceph.rook.io/v1", "CephBlockPool", BLOCK_POOL, { spec: pool(rook.blockPool, plan) });
}

// Two MDS on one node would fall together; on a single node the rule would keep the second from ever starting.
const MDS_ANTI_AFFINITY = {
    podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
            {
                labelSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["rook-ceph-mds"] }] },
                topologyKey: "kubernetes.io/hostname",
            },
        ],
        preferredDuringSchedulingIgnoredDuringExecution: [
            {
                weight: 100,
                podAffinityTerm: {
                    labelSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["rook-ceph-mds"] }] },
                    topologyKey: "topology.kubernetes.io/zone",
                },
            },
        ],
    },
};

/** The CephFilesystem. */
export function filesystemDocument(rook: RookConfig, plan: StoragePlan): KubernetesDocument {
    const settings = pool(rook.filesystem, plan);
    const several = plan.storageNodes.length > 1;
    const placement = {
        ...(several ? MDS_ANTI_AFFINITY : {}),
        ...(plan.daemonTolerations.length > 0 ? { tolerations: plan.daemonTolerations } : {}),
    };
    return object("ceph.rook.io/v1", "CephFilesystem", FILESYSTEM, {
        spec: {
            metadataPool: settings,
            dataPools: [{ name: "replicated", ...settings }],
            // Without consent the data outlives the object, should it be deleted past all guards.
            preserveFilesystemOnDelete: rook.destroyData ? undefined : true,
            metadataServer: {
                activeCount: 1,
                activeStandby: several ? true : undefined,
                ...(Object.keys(placement).length > 0 ? { placement } : {}),
                resources: daemonResources(plan.profile, rook.ceph.resources, "mds"),
                priorityClassName: "system-cluster-critical",
            },
        },
    });
}

/** The group that the CSI driver puts its volumes into. */
export function subVolumeGroupDocument(): KubernetesDocument {
    return object("ceph.rook.io/v1", "CephFilesystemSubVolumeGroup", `${FILESYSTEM}-csi`, {
        spec: { name: "csi", filesystemName: FILESYSTEM, pinning: { distributed: 1 } },
    });
}

/** The CephObjectStore. */
export function objectStoreDocument(rook: RookConfig, plan: StoragePlan): KubernetesDocument {
    const settings = pool(rook.objectStore, plan);
    return object("ceph.rook.io/v1", "CephObjectStore", OBJECT_STORE, {
        spec: {
            metadataPool: settings,
            dataPool: settings,
            preservePoolsOnDelete: rook.destroyData ? undefined : true,
            gateway: {
                port: rook.objectStore.port,
                instances: rook.objectStore.instances,
                ...(plan.daemonTolerations.length > 0 ? { placement: { tolerations: plan.daemonTolerations } } : {}),
                resources: daemonResources(plan.profile, rook.ceph.resources, "rgw"),
                priorityClassName: "system-cluster-critical",
            },
        },
    });
}

function secrets(driver: "rbd" | "cephfs"): Record<string, string> {
    const reference = (use: string, name: string) => ({
        [`csi.storage.k8s.io/${use}-secret-name`]: name,
        [`csi.storage.k8s.io/${use}-secret-namespace`]: NAMESPACE,
    });
    return {
        ...reference("provisioner", `rook-csi-${driver}-provisioner`),
        ...reference("controller-expand", `rook-csi-${driver}-provisioner`),
        ...reference("node-stage", `rook-csi-${driver}-node`),
    };
}

interface ClassSettings {
    defaultClass: boolean;
    reclaimPolicy: string;
    allowVolumeExpansion: boolean;
}

function storageClass(name: string, settings: ClassSettings, body: Record<string, unknown>): KubernetesDocument {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: {
            name,
            ...(settings.defaultClass
                ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }
                : {}),
        },
        reclaimPolicy: settings.reclaimPolicy,
        allowVolumeExpansion: settings.allowVolumeExpansion,
        ...body,
    };
}

/** The StorageClass of block volumes. */
export function blockClassDocument(rook: RookConfig): KubernetesDocument {
    return storageClass(STORAGE_CLASSES.block, rook.blockPool, {
        provisioner: DRIVERS.rbd,
        parameters: {
            clusterID: NAMESPACE,
            pool: BLOCK_POOL,
            imageFormat: "2",
            imageFeatures: "layering",
            ...secrets("rbd"),
            "csi.storage.k8s.io/fstype": "ext4",
        },
    });
}

/** The StorageClass of shared file volumes. */
export function filesystemClassDocument(rook: RookConfig): KubernetesDocument {
    return storageClass(STORAGE_CLASSES.filesystem, rook.filesystem, {
        provisioner: DRIVERS.cephfs,
        parameters: {
            clusterID: NAMESPACE,
            fsName: FILESYSTEM,
            pool: `${FILESYSTEM}-replicated`,
            ...secrets("cephfs"),
            // The driver would choose by itself, and falls back to the kernel where it finds ceph-fuse missing.
            ...(rook.operator.csi.kernelCephfs ? {} : { mounter: "fuse" }),
        },
    });
}

/** The StorageClass of ObjectBucketClaims. */
export function bucketClassDocument(rook: RookConfig): KubernetesDocument {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: STORAGE_CLASSES.bucket },
        provisioner: `${NAMESPACE}.ceph.rook.io/bucket`,
        reclaimPolicy: rook.objectStore.reclaimPolicy,
        parameters: { objectStoreName: OBJECT_STORE, objectStoreNamespace: NAMESPACE },
    };
}

/** The VolumeSnapshotClass of a driver. */
export function snapshotClassDocument(driver: "rbd" | "cephfs"): KubernetesDocument {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshotClass",
        metadata: { name: `csi-${driver}plugin-snapclass` },
        driver: DRIVERS[driver],
        parameters: {
            clusterID: NAMESPACE,
            "csi.storage.k8s.io/snapshotter-secret-name": `rook-csi-${driver}-provisioner`,
            "csi.storage.k8s.io/snapshotter-secret-namespace": NAMESPACE,
        },
        deletionPolicy: "Delete",
    };
}
