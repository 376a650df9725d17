import { readFileSync } from "node:fs";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { loadManifests, RookCeph, StorageHosts, storageSchema } from "../../../components/storage";
import type { ClusterNode } from "../../../components/storage";
import type { HostConnection } from "../../../components/remote";

/** What a test tells this program, in the file named by STORAGE_SETTINGS. */
export interface StorageSettings {
    kubeconfig: string;
    /** The `storage` key of the configuration. */
    storage: Record<string, unknown>;
    nodes: (ClusterNode & { connection: HostConnection })[];
}

const settings = JSON.parse(readFileSync(process.env.STORAGE_SETTINGS ?? "", "utf8")) as StorageSettings;
const storage = storageSchema.parse(settings.storage);
const [master] = settings.nodes;
if (storage.addOn === "none" || master === undefined) throw new pulumi.RunError("there is nothing to do");

const machine = new pulumi.ComponentResource("test:index:Machine", "machine");
const hosts = new StorageHosts("storage-hosts", {
    storage,
    hosts: settings.nodes.map(({ name, connection }) => ({ name, connection, machine })),
});
const provider = new kubernetes.Provider("cluster", {
    kubeconfig: settings.kubeconfig,
    clusterIdentifier: "storage-alone",
    enableServerSideApply: true,
    upsertExistingObjects: true,
});
const rook = new RookCeph(
    "storage",
    {
        storage,
        manifests: loadManifests(storage.version, storage.manifests),
        nodes: settings.nodes,
        kubernetesVersion: "v1.32.0",
        controlPlaneConnection: master.connection,
        hosts,
        after: [machine],
    },
    { provider },
);

export const { storageClasses, health, monEndpoints, dashboardAddress, dashboardPassword } = rook;
