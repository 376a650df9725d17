import * as pulumi from "@pulumi/pulumi";
import { RookCeph, type RookCephArgs } from "./rook-ceph";

/** Rook and Ceph, as far as a program needs them. */
export interface ClusterStorage {
    /** Names of the StorageClasses, known once claims of them are served. */
    storageClasses: pulumi.Output<string[]>;
    /** Ceph's health when the storage was last changed, such as HEALTH_OK. */
    health: pulumi.Output<string>;
    /** Addresses of the mons inside the cluster. */
    monEndpoints: pulumi.Output<string[]>;
    /** Address of the dashboard inside the cluster; empty where it is off. The user is admin. */
    dashboardAddress: pulumi.Output<string>;
    /** Password of the dashboard's user admin; empty where it is off. Secret. */
    dashboardPassword: pulumi.Output<string>;
}

/** Rook and Ceph; what they answer, without the resource itself: other languages have no class for it. */
export function clusterStorage(
    name: string,
    args: RookCephArgs,
    opts: pulumi.ComponentResourceOptions,
): ClusterStorage {
    const { storageClasses, health, monEndpoints, dashboardAddress, dashboardPassword } = new RookCeph(
        name,
        args,
        opts,
    );
    return { storageClasses, health, monEndpoints, dashboardAddress, dashboardPassword };
}
