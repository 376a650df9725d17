import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../config/problem";
import { HostConnection, RemoteScript } from "../remote";
import { CephCluster } from "./ceph-cluster";
import { KubernetesObject } from "./kubernetes-object";
import type { Manifests } from "./manifests";
import { CLUSTER, NAMESPACE } from "./names";
import { ClusterNode, storagePlan } from "../config/storage-plan";
import { BlockStorage, FileStorage, ObjectStorage, PoolArgs } from "./pools";
import { storageClassNames, storageProof } from "./proof";
import { storageReport } from "./report";
import { RookOperator } from "./rook-operator";
import type { RookConfig } from "../config/storage-schema";
import { StorageHosts } from "./storage-hosts";
import { toolboxDocument } from "./toolbox";
import { validateStorage } from "../config/checks/storage";

/** Arguments of RookCeph. */
export interface RookCephArgs {
    /** The storage's settings. */
    storage: RookConfig;
    /** The manifests of that release of Rook, see loadManifests. */
    manifests: Manifests;
    /** All nodes of the cluster, as configured. */
    nodes: ClusterNode[];
    /** Version of the cluster, such as v1.32.0. */
    kubernetesVersion: string;
    /** How the control plane node is reached. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** The hosts' own part: devices checked before, hosts cleaned after. */
    hosts: StorageHosts;
    /** What must be there before the first object and go after the last: Ready nodes, their network. */
    after: pulumi.Resource[];
}

/**
 * Rook and Ceph: claims of the classes it makes get volumes. Give it the cluster's provider.
 *
 * Deleting it loses all data in it. It stops at the first step, with nothing changed, unless `destroyData` was set by an
 * earlier up and nobody's claims are left.
 */
export class RookCeph extends pulumi.ComponentResource {
    /** Names of the StorageClasses, known once claims of them are served. */
    public readonly storageClasses: pulumi.Output<string[]>;
    /** Ceph's health when the storage was last changed, such as HEALTH_OK. */
    public readonly health: pulumi.Output<string>;
    /** Addresses of the mons inside the cluster. */
    public readonly monEndpoints: pulumi.Output<string[]>;
    /** Address of the dashboard inside the cluster; empty where it is off. The user is admin. */
    public readonly dashboardAddress: pulumi.Output<string>;
    /** Password of the dashboard's user admin; empty where it is off. Secret. */
    public readonly dashboardPassword: pulumi.Output<string>;

    /** The step that wrote and read a volume of each class, where that is asked for. */
    public readonly proof?: RemoteScript;

    /** @throws pulumi.RunError when an argument is not valid */
    constructor(name: string, args: RookCephArgs, opts?: pulumi.ComponentResourceOptions) {
        const { storage, nodes, controlPlaneConnection } = args;
        refuse(`RookCeph ${name}`, validateStorage(storage, { nodes, kubernetesVersion: args.kubernetesVersion }));
        super("kubeadm-cluster:storage:RookCeph", name, {}, opts);
        if (storage.useAllDevices) {
            void pulumi.log.warn(
                "storage.useAllDevices: Ceph takes every raw device of the storage nodes, also such as are attached later",
                this,
            );
        }
        const plan = storagePlan(storage, nodes);
        const operator = new RookOperator(
            `${name}-operator`,
            {
                storage,
                plan,
                manifests: args.manifests,
                after: [...args.after, args.hosts],
            },
            { parent: this },
        );
        const cluster = new CephCluster(
            `${name}-cluster`,
            { storage, plan, controlPlaneConnection, operator: operator.deployment },
            { parent: this },
        );
        const guards = makePools(this, name, { storage, plan, controlPlaneConnection, cluster: cluster.ready });
        const toolbox = storage.ceph.toolbox
            ? [
                  new KubernetesObject(`${name}-toolbox`, toolboxDocument(storage, plan), {
                      parent: this,
                      dependsOn: cluster.ready,
                  }),
              ]
            : [];

        // Made when all else is there, so that it runs first when the storage goes: nothing has been touched by then.
        const guard = new RemoteScript(
            `${name}-guard`,
            {
                connection: controlPlaneConnection,
                delete: { script: "storage-guard.sh", args: ["all"], timeoutSeconds: 600, ifPresent: true },
                inputs: {
                    NAMESPACE,
                    CLUSTER,
                    DESTROY_DATA: String(storage.destroyData),
                    // Long and of no use to a reader: shown as [secret] instead.
                    OPERATOR_MANIFEST: pulumi.secret(operator.rescueManifest),
                },
            },
            { parent: this, dependsOn: [...guards, ...toolbox] },
        );
        const { script, contents } = storageReport(
            `${name}-report`,
            { storage, plan, controlPlaneConnection },
            this,
            guard,
        );
        this.proof = storage.proof.enabled
            ? storageProof(`${name}-proof`, { storage, nodes, controlPlaneConnection }, this, script)
            : undefined;
        const proved = this.proof?.id ?? script.id;
        this.storageClasses = proved.apply(() => storageClassNames(storage));
        this.health = pulumi.unsecret(contents.apply(({ health }) => health));
        this.monEndpoints = pulumi.unsecret(contents.apply(({ monEndpoints }) => monEndpoints));
        this.dashboardAddress = pulumi.unsecret(contents.apply(({ dashboardAddress }) => dashboardAddress));
        this.dashboardPassword = contents.apply(({ dashboardPassword }) => dashboardPassword);
        this.registerOutputs({});
    }
}

/** The wanted kinds of storage; gives the last step of each. */
function makePools(component: pulumi.ComponentResource, name: string, args: PoolArgs): RemoteScript[] {
    const { blockPool, filesystem, objectStore } = args.storage;
    const opts = { parent: component };
    return [
        ...(blockPool.enabled ? [new BlockStorage(`${name}-block`, args, opts).guard] : []),
        ...(filesystem.enabled ? [new FileStorage(`${name}-filesystem`, args, opts).guard] : []),
        ...(objectStore.enabled ? [new ObjectStorage(`${name}-object`, args, opts).guard] : []),
    ];
}
