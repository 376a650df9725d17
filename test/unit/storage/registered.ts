import * as command from "@pulumi/command";
import { loadManifests, RookCeph, StorageHosts } from "../../../components/storage";
import { cluster, disks, release, rook } from "./fixtures";
import { register, Seen } from "./mocks";

export const connection = { host: "10.0.0.1", privateKey: "the private key" };

/** All that the storage registers for a cluster of so many workers with a disk each. */
export function registeredStorage(settings: Record<string, unknown> = {}, workers = 3): Promise<Seen[]> {
    return register(() => {
        const config = rook({ nodes: disks(workers), manifests: release, ...settings });
        const nodes = cluster(workers);
        const machine = new command.local.Command("machine", {});
        const hosts = new StorageHosts("storage-hosts", {
            storage: config,
            hosts: nodes.map(({ name }) => ({ name, connection, machine })),
        });
        new RookCeph("storage", {
            storage: config,
            manifests: loadManifests(config.version, config.manifests),
            nodes,
            kubernetesVersion: "v1.32.0",
            controlPlaneConnection: connection,
            hosts,
            after: [machine],
        });
    });
}
