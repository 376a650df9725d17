import { z } from "zod";
import { dataDirProblem } from "./data-dir";

const quantity = z.string().regex(/^\d+(\.\d+)?(m|[kMGTPE]i?)?$/, "must be a Kubernetes quantity, such as 500m or 2Gi");
const quantities = z.record(z.string(), quantity);
const demands = z.strictObject({
    requests: quantities.optional().describe("What is set aside, such as cpu: 500m."),
    limits: quantities.optional().describe("What may be used at most, such as memory: 2Gi."),
});
const resources = z.record(z.string(), demands);
const devicePath = z
    .string()
    .regex(/^\/dev\/[A-Za-z0-9._:/+-]+$/, "must be the path of a device, best below /dev/disk/by-id/");
const reclaimPolicy = z.enum(["Delete", "Retain"]);

const toleration = z.strictObject({
    key: z.string().optional().describe("The taint's key. Default: every key."),
    operator: z.enum(["Exists", "Equal"]).optional().describe("How the value is compared. Default: Equal."),
    value: z.string().optional().describe("The taint's value."),
    effect: z
        .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
        .optional()
        .describe("The taint's effect. Default: every effect."),
    tolerationSeconds: z.int().optional().describe("How long a NoExecute is tolerated, seconds. Default: for ever."),
});

const device = z.union([
    devicePath.transform((path) => ({ path, deviceClass: undefined })),
    z.strictObject({
        path: devicePath.describe("The device, best below /dev/disk/by-id/."),
        deviceClass: z
            .string()
            .min(1)
            .optional()
            .describe("CRUSH device class. Default: what Ceph finds (hdd, ssd, nvme)."),
    }),
]);

const storageNode = z.strictObject({
    name: z.string().min(1).describe("Name of a node of the cluster."),
    devices: z.array(device).default([]).describe("Raw devices of this node that Ceph may take whole."),
    deviceFilter: z
        .string()
        .min(1)
        .optional()
        .describe("Regular expression on kernel device names (^sd[b-d]$) instead of devices."),
});

const csi = z.strictObject({
    rbd: z.boolean().default(true).describe("Block volumes. Needs the rbd module on every node."),
    cephfs: z.boolean().default(true).describe("Shared file volumes."),
    kernelCephfs: z.boolean().default(true).describe("Mount CephFS by the kernel; false = by ceph-fuse."),
    provisionerReplicas: z
        .int()
        .min(1)
        .max(5)
        .optional()
        .describe("Replicas of each CSI provisioner. Default: 2, or 1 where one node takes Pods."),
    hostNetwork: z.boolean().default(true).describe("CSI node plug-ins on the host's network."),
});

const operator = z.strictObject({
    logLevel: z.enum(["ERROR", "WARNING", "INFO", "DEBUG"]).default("INFO").describe("How much it logs."),
    csi: csi.prefault({}).describe("The CSI drivers."),
    allowLoopDevices: z.boolean().default(false).describe("Take loop devices. For tests only."),
    discoveryDaemon: z.boolean().default(false).describe("Watch every node for new raw devices."),
    tolerations: z
        .array(toleration)
        .default([])
        .describe(
            "More tolerations of operator, CSI and Ceph Pods, beside those for the taints of the configured nodes.",
        ),
    resources: demands.optional().describe("Resources of the operator. Default: those of the profile."),
    settings: z
        .record(
            z.string().regex(/^[A-Z][A-Z0-9_]*$/, "must be an upper-case name"),
            z.string("must be a text in quotes"),
        )
        .default({})
        .describe("Any other key of the ConfigMap rook-ceph-operator-config."),
});

const images = z.strictObject({
    operator: z.string().optional().describe("Image of rook/ceph."),
    cephCsi: z.string().optional().describe("Image of Ceph CSI."),
    registrar: z.string().optional().describe("Image of CSI node driver registrar."),
    provisioner: z.string().optional().describe("Image of CSI provisioner."),
    attacher: z.string().optional().describe("Image of CSI attacher."),
    resizer: z.string().optional().describe("Image of CSI resizer."),
    snapshotter: z.string().optional().describe("Image of CSI snapshotter."),
    csiAddons: z.string().optional().describe("Image of CSI add-ons."),
});

const ceph = z.strictObject({
    image: z
        .string()
        .min(1)
        .default("quay.io/ceph/ceph:v19.2.0")
        .describe("A new tag upgrades the running cluster in place."),
    allowUnsupported: z.boolean().default(false).describe("Accept a Ceph that this Rook does not know."),
    dataDir: z
        .string()
        .check(({ value, issues }) => {
            const message = dataDirProblem(value);
            if (message !== undefined) issues.push({ code: "custom", message, input: value });
        })
        .default("/var/lib/rook")
        .describe(
            "Where Ceph's daemons keep their files on each node: a directory for them alone, which a destroy with destroyData empties.",
        ),
    network: z.enum(["pod", "host"]).default("pod").describe("Network of the Ceph daemons."),
    monCount: z
        .int()
        .optional()
        .describe("1, 3 or 5. Default: by the number of storage nodes: 1 below three, 5 from five on, else 3."),
    mgrCount: z.int().min(1).max(2).optional().describe("Default: 2, or 1 on a single storage node."),
    resources: resources
        .default({})
        .describe("Resources by daemon (mon, mgr, osd, mds, rgw, ...) that differ from the profile's."),
    config: z
        .record(z.string(), z.record(z.string(), z.string("must be a text in quotes")))
        .default({})
        .describe("Ceph's own options by section, such as global: {osd_pool_default_size: '1'}."),
    dashboard: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Whether there is one."),
            ssl: z.boolean().default(true).describe("By https, with a self-signed certificate."),
            port: z.int().optional().describe("Its port. Default: Ceph's own, 8443 or 7000."),
        })
        .prefault({})
        .describe("Ceph's dashboard."),
    toolbox: z.boolean().default(false).describe("A Pod with the ceph command and the administrator's key."),
    monitoring: z
        .boolean()
        .default(false)
        .describe("ServiceMonitors and alerts; needs the Prometheus operator's CRDs."),
    crashCollector: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Whether crashes are collected."),
            daysToRetain: z.int().min(1).optional().describe("How long reports are kept, days. Default: for ever."),
        })
        .prefault({})
        .describe("Reports of daemons that crashed."),
    logRotation: z
        .strictObject({
            enabled: z.boolean().default(true).describe("Whether logs are rotated."),
            periodicity: z.enum(["hourly", "daily", "weekly", "monthly"]).default("daily").describe("How often."),
            maxSize: z
                .string()
                .regex(/^\d+[MG]$/, "must be a size such as 500M or 2G")
                .default("500M")
                .describe("Rotated earlier when this large."),
        })
        .prefault({})
        .describe("Logs of Ceph's daemons on the nodes."),
});

const poolFields = {
    enabled: z.boolean().default(true).describe("Whether there is one."),
    replicas: z
        .int()
        .min(1)
        .max(10)
        .optional()
        .describe("Copies of the data. Default: the number of storage nodes, at most 3."),
    failureDomain: z
        .enum(["host", "osd"])
        .optional()
        .describe("What a copy may lose as a whole. Default: host, or osd on a single storage node."),
    deviceClass: z.string().min(1).optional().describe("Only devices of this class."),
};
const classFields = {
    defaultClass: z.boolean().default(false).describe("The class of claims that name none."),
    reclaimPolicy: reclaimPolicy.default("Delete").describe("What becomes of a volume whose claim is deleted."),
    allowVolumeExpansion: z.boolean().default(true).describe("Whether a claim may ask for more later."),
};

const blockPool = z.strictObject({
    ...poolFields,
    ...classFields,
    defaultClass: z.boolean().default(true).describe("The class of claims that name none."),
});
const filesystem = z.strictObject({ ...poolFields, ...classFields });
const objectStore = z.strictObject({
    ...poolFields,
    enabled: z.boolean().default(false).describe("Whether there is one."),
    port: z.int().min(1).max(65535).default(80).describe("Port of its Service."),
    instances: z.int().min(1).max(10).default(1).describe("How many gateways serve it."),
    reclaimPolicy: reclaimPolicy.default("Delete").describe("What becomes of a bucket whose claim is deleted."),
});

const proof = z.strictObject({
    enabled: z
        .boolean()
        .default(false)
        .describe("On every change of the storage, write and read a volume of each class."),
    image: z
        .string()
        .min(1)
        .optional()
        .describe("An image with bash and coreutils. Default: the Ceph image, which every node has."),
});

const rook = z.strictObject({
    addOn: z.literal("rook").describe("rook, or none: no storage."),
    version: z
        .string()
        .regex(/^v\d+\.\d+\.\d+$/, "must be a whole version, such as v1.16.1")
        .default("v1.16.1")
        .describe("Version of Rook; its manifests are pinned in manifests.lock.json."),
    manifests: z
        .string()
        .min(1)
        .refine(
            (text) => !/^https?:\/\/.*@/.test(text),
            "must have no user and no password in it, since it stands in plain text in the state: give a directory, or an address that needs none",
        )
        .optional()
        .describe(
            "Directory or http(s) address that holds crds.yaml, common.yaml and operator.yaml. Default: the release's on GitHub.",
        ),
    destroyData: z
        .boolean()
        .default(false)
        .describe("Consent to lose all data in the storage by a destroy. Takes effect by an up before the destroy."),
    profile: z
        .enum(["small", "production"])
        .optional()
        .describe("Resources of the daemons. Default: production from three storage nodes on, else small."),
    imageRegistry: z
        .string()
        .regex(
            /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/,
            "must be a registry with a path, such as registry.example.com/mirror",
        )
        .optional()
        .describe("Takes the place of docker.io, quay.io, registry.k8s.io and gcr.io in front of every image."),
    images: images.prefault({}).describe("Whole references of single images, before imageRegistry."),
    operator: operator.prefault({}).describe("Rook's operator."),
    ceph: ceph.prefault({}).describe("The Ceph cluster."),
    nodes: z.array(storageNode).default([]).describe("The storage nodes and their devices."),
    deviceFilter: z
        .string()
        .min(1)
        .optional()
        .describe("For storage nodes whose entry has neither devices nor a filter."),
    useAllDevices: z
        .boolean()
        .default(false)
        .describe("Take every raw device of the storage nodes (of all nodes, where none is named)."),
    blockPool: blockPool.prefault({}).describe("Block volumes (RBD) and their StorageClass."),
    filesystem: filesystem.prefault({}).describe("Shared file volumes (CephFS) and their StorageClass."),
    objectStore: objectStore.prefault({}).describe("An S3 gateway and the StorageClass of its buckets."),
    snapshotClasses: z
        .boolean()
        .default(false)
        .describe("VolumeSnapshotClasses; needs the snapshot CRDs in the cluster."),
    waitSeconds: z
        .int()
        .min(60)
        .max(7200)
        .default(900)
        .describe(
            "How long the operator, and then the Ceph cluster, may take to become ready. Pulling images is part of it.",
        ),
    proof: proof.prefault({}).describe("A test of the volumes by every change."),
});

/** The `storage` key of the stack's configuration. */
export const storageSchema = z.discriminatedUnion("addOn", [rook, z.strictObject({ addOn: z.literal("none") })]);

/** A validated `storage` key: plain data, all defaults filled in. */
export type StorageConfig = z.output<typeof storageSchema>;
/** The storage's settings where Rook is wanted. */
export type RookConfig = z.output<typeof rook>;
/** A toleration as in the Kubernetes API. */
export type Toleration = z.output<typeof toleration>;
/** Resources of one container. */
export type Resources = z.output<typeof resources>[string];
