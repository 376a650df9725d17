// Made by `npm run schema` from the schema that checks the configuration; do not edit.

/** Whole references of single images, before imageRegistry. */
export interface StorageImagesArgs {
    /** Image of rook/ceph. */
    operator?: string;
    /** Image of Ceph CSI. */
    cephCsi?: string;
    /** Image of CSI node driver registrar. */
    registrar?: string;
    /** Image of CSI provisioner. */
    provisioner?: string;
    /** Image of CSI attacher. */
    attacher?: string;
    /** Image of CSI resizer. */
    resizer?: string;
    /** Image of CSI snapshotter. */
    snapshotter?: string;
    /** Image of CSI add-ons. */
    csiAddons?: string;
}

/** The CSI drivers. */
export interface StorageOperatorCsiArgs {
    /** Block volumes. Needs the rbd module on every node. Default: true. */
    rbd?: boolean;
    /** Shared file volumes. Default: true. */
    cephfs?: boolean;
    /** Mount CephFS by the kernel; false = by ceph-fuse. Default: true. */
    kernelCephfs?: boolean;
    /** Replicas of each CSI provisioner. Default: 2, or 1 where one node takes Pods. */
    provisionerReplicas?: number;
    /** CSI node plug-ins on the host's network. Default: true. */
    hostNetwork?: boolean;
}

/** An entry of storage.operator.tolerations[]. */
export interface StorageOperatorTolerationArgs {
    /** The taint's key. Default: every key. */
    key?: string;
    /** How the value is compared. Default: Equal. One of: Exists, Equal. */
    operator?: string;
    /** The taint's value. */
    value?: string;
    /** The taint's effect. Default: every effect. One of: NoSchedule, PreferNoSchedule, NoExecute. */
    effect?: string;
    /** How long a NoExecute is tolerated, seconds. Default: for ever. */
    tolerationSeconds?: number;
}

/** Resources of the operator. Default: those of the profile. */
export interface StorageOperatorResourcesArgs {
    /** What is set aside, such as cpu: 500m. */
    requests?: { [key: string]: string };
    /** What may be used at most, such as memory: 2Gi. */
    limits?: { [key: string]: string };
}

/** Rook's operator. */
export interface StorageOperatorArgs {
    /** How much it logs. One of: ERROR, WARNING, INFO, DEBUG. Default: INFO. */
    logLevel?: string;
    /** The CSI drivers. */
    csi?: StorageOperatorCsiArgs;
    /** Take loop devices. For tests only. Default: false. */
    allowLoopDevices?: boolean;
    /** Watch every node for new raw devices. Default: false. */
    discoveryDaemon?: boolean;
    /** More tolerations of operator, CSI and Ceph Pods, beside those for the taints of the configured nodes. */
    tolerations?: StorageOperatorTolerationArgs[];
    /** Resources of the operator. Default: those of the profile. */
    resources?: StorageOperatorResourcesArgs;
    /** Any other key of the ConfigMap rook-ceph-operator-config. */
    settings?: { [key: string]: string };
}

/** An entry of storage.ceph.resources. */
export interface StorageCephResourcesArgs {
    /** What is set aside, such as cpu: 500m. */
    requests?: { [key: string]: string };
    /** What may be used at most, such as memory: 2Gi. */
    limits?: { [key: string]: string };
}

/** Ceph's dashboard. */
export interface StorageCephDashboardArgs {
    /** Whether there is one. Default: true. */
    enabled?: boolean;
    /** By https, with a self-signed certificate. Default: true. */
    ssl?: boolean;
    /** Its port. Default: Ceph's own, 8443 or 7000. */
    port?: number;
}

/** Reports of daemons that crashed. */
export interface StorageCephCrashCollectorArgs {
    /** Whether crashes are collected. Default: true. */
    enabled?: boolean;
    /** How long reports are kept, days. Default: for ever. */
    daysToRetain?: number;
}

/** Logs of Ceph's daemons on the nodes. */
export interface StorageCephLogRotationArgs {
    /** Whether logs are rotated. Default: true. */
    enabled?: boolean;
    /** How often. One of: hourly, daily, weekly, monthly. Default: daily. */
    periodicity?: string;
    /** Rotated earlier when this large. Default: 500M. */
    maxSize?: string;
}

/** The Ceph cluster. */
export interface StorageCephArgs {
    /** A new tag upgrades the running cluster in place. Default: quay.io/ceph/ceph:v19.2.0. */
    image?: string;
    /** Accept a Ceph that this Rook does not know. Default: false. */
    allowUnsupported?: boolean;
    /** Where Ceph's daemons keep their files on each node: a directory for them alone, which a destroy with destroyData empties. Default: /var/lib/rook. */
    dataDir?: string;
    /** Network of the Ceph daemons. One of: pod, host. Default: pod. */
    network?: string;
    /** 1, 3 or 5. Default: by the number of storage nodes: 1 below three, 5 from five on, else 3. */
    monCount?: number;
    /** Default: 2, or 1 on a single storage node. */
    mgrCount?: number;
    /** Resources by daemon (mon, mgr, osd, mds, rgw, ...) that differ from the profile's. */
    resources?: { [key: string]: StorageCephResourcesArgs };
    /** Ceph's own options by section, such as global: {osd_pool_default_size: '1'}. */
    config?: { [key: string]: { [key: string]: string } };
    /** Ceph's dashboard. */
    dashboard?: StorageCephDashboardArgs;
    /** A Pod with the ceph command and the administrator's key. Default: false. */
    toolbox?: boolean;
    /** ServiceMonitors and alerts; needs the Prometheus operator's CRDs. Default: false. */
    monitoring?: boolean;
    /** Reports of daemons that crashed. */
    crashCollector?: StorageCephCrashCollectorArgs;
    /** Logs of Ceph's daemons on the nodes. */
    logRotation?: StorageCephLogRotationArgs;
}

/** An entry of storage.nodes[].devices[]. */
export interface StorageNodeDeviceArgs {
    /** The device, best below /dev/disk/by-id/. */
    path: string;
    /** CRUSH device class. Default: what Ceph finds (hdd, ssd, nvme). */
    deviceClass?: string;
}

/** An entry of storage.nodes[]. */
export interface StorageNodeArgs {
    /** Name of a node of the cluster. */
    name: string;
    /** Raw devices of this node that Ceph may take whole. */
    devices?: StorageNodeDeviceArgs[];
    /** Regular expression on kernel device names (^sd[b-d]$) instead of devices. */
    deviceFilter?: string;
}

/** Block volumes (RBD) and their StorageClass. */
export interface StorageBlockPoolArgs {
    /** Whether there is one. Default: true. */
    enabled?: boolean;
    /** Copies of the data. Default: the number of storage nodes, at most 3. */
    replicas?: number;
    /** What a copy may lose as a whole. Default: host, or osd on a single storage node. */
    failureDomain?: string;
    /** Only devices of this class. */
    deviceClass?: string;
    /** The class of claims that name none. Default: true. */
    defaultClass?: boolean;
    /** What becomes of a volume whose claim is deleted. One of: Delete, Retain. Default: Delete. */
    reclaimPolicy?: string;
    /** Whether a claim may ask for more later. Default: true. */
    allowVolumeExpansion?: boolean;
}

/** Shared file volumes (CephFS) and their StorageClass. */
export interface StorageFilesystemArgs {
    /** Whether there is one. Default: true. */
    enabled?: boolean;
    /** Copies of the data. Default: the number of storage nodes, at most 3. */
    replicas?: number;
    /** What a copy may lose as a whole. Default: host, or osd on a single storage node. */
    failureDomain?: string;
    /** Only devices of this class. */
    deviceClass?: string;
    /** The class of claims that name none. Default: false. */
    defaultClass?: boolean;
    /** What becomes of a volume whose claim is deleted. One of: Delete, Retain. Default: Delete. */
    reclaimPolicy?: string;
    /** Whether a claim may ask for more later. Default: true. */
    allowVolumeExpansion?: boolean;
}

/** An S3 gateway and the StorageClass of its buckets. */
export interface StorageObjectStoreArgs {
    /** Whether there is one. Default: false. */
    enabled?: boolean;
    /** Copies of the data. Default: the number of storage nodes, at most 3. */
    replicas?: number;
    /** What a copy may lose as a whole. Default: host, or osd on a single storage node. */
    failureDomain?: string;
    /** Only devices of this class. */
    deviceClass?: string;
    /** Port of its Service. Default: 80. */
    port?: number;
    /** How many gateways serve it. Default: 1. */
    instances?: number;
    /** What becomes of a bucket whose claim is deleted. One of: Delete, Retain. Default: Delete. */
    reclaimPolicy?: string;
}

/** A test of the volumes by every change. */
export interface StorageProofArgs {
    /** On every change of the storage, write and read a volume of each class. Default: false. */
    enabled?: boolean;
    /** An image with bash and coreutils. Default: the Ceph image, which every node has. */
    image?: string;
}

/** Rook and Ceph, see storage.md. Default: none. */
export interface StorageArgs {
    /** rook, or none: no storage. */
    addOn: string;
    /** Version of Rook; its manifests are pinned in manifests.lock.json. Default: v1.16.1. */
    version?: string;
    /** Directory or http(s) address that holds crds.yaml, common.yaml and operator.yaml. Default: the release's on GitHub. */
    manifests?: string;
    /** Consent to lose all data in the storage by a destroy. Takes effect by an up before the destroy. Default: false. */
    destroyData?: boolean;
    /** Resources of the daemons. Default: production from three storage nodes on, else small. */
    profile?: string;
    /** Takes the place of docker.io, quay.io, registry.k8s.io and gcr.io in front of every image. */
    imageRegistry?: string;
    /** Whole references of single images, before imageRegistry. */
    images?: StorageImagesArgs;
    /** Rook's operator. */
    operator?: StorageOperatorArgs;
    /** The Ceph cluster. */
    ceph?: StorageCephArgs;
    /** The storage nodes and their devices. */
    nodes?: StorageNodeArgs[];
    /** For storage nodes whose entry has neither devices nor a filter. */
    deviceFilter?: string;
    /** Take every raw device of the storage nodes (of all nodes, where none is named). Default: false. */
    useAllDevices?: boolean;
    /** Block volumes (RBD) and their StorageClass. */
    blockPool?: StorageBlockPoolArgs;
    /** Shared file volumes (CephFS) and their StorageClass. */
    filesystem?: StorageFilesystemArgs;
    /** An S3 gateway and the StorageClass of its buckets. */
    objectStore?: StorageObjectStoreArgs;
    /** VolumeSnapshotClasses; needs the snapshot CRDs in the cluster. Default: false. */
    snapshotClasses?: boolean;
    /** How long the operator, and then the Ceph cluster, may take to become ready. Pulling images is part of it. Default: 900. */
    waitSeconds?: number;
    /** A test of the volumes by every change. */
    proof?: StorageProofArgs;
}
