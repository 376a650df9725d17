import * as pulumi from "@pulumi/pulumi";
import { HostConnection, RemoteScript } from "../remote";
import { BACKGROUND, KubernetesDocument, KubernetesObject } from "./kubernetes-object";
import { CLUSTER, NAMESPACE } from "./names";
import {
    blockClassDocument,
    blockPoolDocument,
    bucketClassDocument,
    filesystemClassDocument,
    filesystemDocument,
    objectStoreDocument,
    snapshotClassDocument,
    subVolumeGroupDocument,
} from "./pool-documents";
import type { StoragePlan } from "../config/storage-plan";
import type { RookConfig } from "../config/storage-schema";

/** Arguments of BlockStorage, FileStorage and ObjectStorage. */
export interface PoolArgs {
    /** The storage's settings. */
    storage: RookConfig;
    /** What follows from them and the nodes. */
    plan: StoragePlan;
    /** How the control plane node is reached. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** The ready Ceph cluster: pools are not touched by the operator before. */
    cluster: pulumi.Resource;
}

/** What a kind of storage consists of, in the order of its making. */
interface PoolParts {
    kind: "block" | "filesystem" | "object";
    pools: KubernetesDocument[];
    classes: KubernetesDocument[];
}

const READY = { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" };

/** Without their daemons the operator would wait for ever. */
const DAEMON_OWNERS = ["CephFilesystem", "CephObjectStore"];

/** Pools, then the classes that use them, then the guard that runs first when they go. */
function build(component: pulumi.ComponentResource, name: string, args: PoolArgs, parts: PoolParts): RemoteScript {
    let before: pulumi.Resource = args.cluster;
    for (const document of parts.pools) {
        const annotations = { ...READY, ...(DAEMON_OWNERS.includes(document.kind) ? BACKGROUND : {}) };
        const awaited = { ...document, metadata: { ...document.metadata, annotations } };
        before = new KubernetesObject(`${name}-${document.kind.toLowerCase()}`, awaited, {
            parent: component,
            dependsOn: before,
            customTimeouts: { create: "15m", update: "15m", delete: "10m" },
        });
    }
    const classes = parts.classes.map(
        (document) =>
            new KubernetesObject(`${name}-${document.kind.toLowerCase()}`, document, {
                parent: component,
                dependsOn: before,
                // Most fields of a class cannot be changed, and two of one name cannot be.
                deleteBeforeReplace: true,
            }),
    );
    return new RemoteScript(
        `${name}-guard`,
        {
            connection: args.controlPlaneConnection,
            delete: { script: "storage-guard.sh", args: [parts.kind], timeoutSeconds: 300, ifPresent: true },
            inputs: { NAMESPACE, CLUSTER, DESTROY_DATA: String(args.storage.destroyData), OPERATOR_MANIFEST: "" },
        },
        { parent: component, dependsOn: [before, ...classes] },
    );
}

/** Block volumes: a replicated pool and its StorageClass. */
export class BlockStorage extends pulumi.ComponentResource {
    /** Known once claims can be made. */
    public readonly guard: RemoteScript;

    constructor(name: string, args: PoolArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:storage:BlockStorage", name, {}, opts);
        const { storage, plan } = args;
        this.guard = build(this, name, args, {
            kind: "block",
            pools: [blockPoolDocument(storage, plan)],
            classes: [blockClassDocument(storage), ...(storage.snapshotClasses ? [snapshotClassDocument("rbd")] : [])],
        });
        this.registerOutputs({});
    }
}

/** Shared file volumes: a CephFilesystem and its StorageClass. */
export class FileStorage extends pulumi.ComponentResource {
    /** Known once claims can be made. */
    public readonly guard: RemoteScript;

    constructor(name: string, args: PoolArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:storage:FileStorage", name, {}, opts);
        const { storage, plan } = args;
        this.guard = build(this, name, args, {
            kind: "filesystem",
            pools: [filesystemDocument(storage, plan), subVolumeGroupDocument()],
            classes: [
                filesystemClassDocument(storage),
                ...(storage.snapshotClasses ? [snapshotClassDocument("cephfs")] : []),
            ],
        });
        this.registerOutputs({});
    }
}

/** S3 buckets: a CephObjectStore and the StorageClass of ObjectBucketClaims. */
export class ObjectStorage extends pulumi.ComponentResource {
    /** Known once claims can be made. */
    public readonly guard: RemoteScript;

    constructor(name: string, args: PoolArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:storage:ObjectStorage", name, {}, opts);
        const { storage, plan } = args;
        this.guard = build(this, name, args, {
            kind: "object",
            pools: [objectStoreDocument(storage, plan)],
            classes: [bucketClassDocument(storage)],
        });
        this.registerOutputs({});
    }
}
