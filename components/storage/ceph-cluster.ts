import * as pulumi from "@pulumi/pulumi";
import { HostConnection, RemoteScript } from "../remote";
import { cephClusterDocument } from "./ceph-cluster-document";
import { cephImage } from "./images";
import { BACKGROUND, KubernetesObject } from "./kubernetes-object";
import { CLUSTER, NAMESPACE } from "./names";
import type { StoragePlan } from "../config/storage-plan";
import type { RookConfig } from "../config/storage-schema";

/** Seconds without any OSD after which the operator is restarted once: it does not try again by itself. */
const RESTART_AFTER_SECONDS = 240;

/** Arguments of CephCluster. */
export interface CephClusterArgs {
    /** The storage's settings. */
    storage: RookConfig;
    /** What follows from them and the nodes. */
    plan: StoragePlan;
    /** How the control plane node is reached. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** The operator that builds and removes the cluster. */
    operator: pulumi.Resource;
}

/**
 * The Ceph cluster, from its object to the proof that it is there, and on deletion the other way round: consent, the
 * object, the clean-up Jobs.
 */
export class CephCluster extends pulumi.ComponentResource {
    /** Known once the cluster is ready by all four signs: phase, OSD count, OSD Deployments, health. */
    public readonly ready: RemoteScript;

    constructor(name: string, args: CephClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:storage:CephCluster", name, {}, opts);
        const { storage, plan, controlPlaneConnection } = args;
        const inputs = { NAMESPACE, CLUSTER, DESTROY_DATA: String(storage.destroyData) };

        // Made before the object, so that it runs when the object has gone and the operator is still there.
        const swept = new RemoteScript(
            `${name}-swept`,
            {
                connection: controlPlaneConnection,
                delete: { script: "storage-swept.sh", timeoutSeconds: 900, ifPresent: true },
                inputs,
            },
            { parent: this, dependsOn: args.operator },
        );
        const document = cephClusterDocument(storage, plan);
        // Rook cleans the hosts on which it finds daemons at the deletion: with none left it cleans none.
        const metadata = { ...document.metadata, annotations: BACKGROUND };
        const cluster = new KubernetesObject(
            `${name}-object`,
            { ...document, metadata },
            {
                parent: this,
                dependsOn: [swept, args.operator],
                customTimeouts: { delete: "10m" },
            },
        );
        // Made after the object, so that it runs before the object is deleted.
        const confirm = new RemoteScript(
            `${name}-confirm`,
            {
                connection: controlPlaneConnection,
                delete: { script: "storage-confirm.sh", timeoutSeconds: 600, ifPresent: true },
                inputs,
            },
            { parent: this, dependsOn: cluster },
        );
        const wait = { script: "storage-ready.sh", timeoutSeconds: storage.waitSeconds + 60 } as const;
        this.ready = new RemoteScript(
            `${name}-ready`,
            {
                connection: controlPlaneConnection,
                create: wait,
                update: wait,
                inputs: {
                    NAMESPACE,
                    CLUSTER,
                    OSD_COUNT: plan.osdCount === undefined ? "" : String(plan.osdCount),
                    CEPH_IMAGE: cephImage(storage),
                    WAIT_SECONDS: String(storage.waitSeconds),
                    RESTART_SECONDS: String(Math.min(RESTART_AFTER_SECONDS, Math.floor(storage.waitSeconds / 2))),
                },
            },
            { parent: this, dependsOn: confirm },
        );
        this.registerOutputs({});
    }
}
