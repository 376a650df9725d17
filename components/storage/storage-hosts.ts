import * as pulumi from "@pulumi/pulumi";
import { HostConnection, RemoteScript } from "../remote";
import type { RookConfig } from "../config/storage-schema";

/** Arguments of StorageHosts. */
export interface StorageHostsArgs {
    /** The storage's settings. */
    storage: RookConfig;
    /** Every host of the cluster: Ceph's daemons leave files also on hosts that give no devices. */
    hosts: {
        /** Name of the node. */
        name: string;
        /** How the host is reached. May hold secrets. */
        connection: HostConnection;
        /** The prepared host: its scripts are run here. */
        machine: pulumi.Resource;
    }[];
}

/**
 * What the storage needs of the hosts themselves: that the named devices are there and free, before anything else is
 * done; and on deletion, with consent, that nothing of Ceph is left on them.
 *
 * A device is only ever wiped under the identity (serial number, bus path or backing file) that was recorded when it was
 * first checked, and never when it is mounted, in use, partitioned or carries a signature that is not Ceph's.
 */
export class StorageHosts extends pulumi.ComponentResource {
    /** The step of each host. */
    public readonly steps: RemoteScript[];

    constructor(name: string, args: StorageHostsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:storage:StorageHosts", name, {}, opts);
        const { storage } = args;
        const check = { script: "storage-check.sh", timeoutSeconds: 120 } as const;
        this.steps = args.hosts.map(
            (host) =>
                new RemoteScript(
                    `${name}-${host.name}`,
                    {
                        connection: host.connection,
                        create: check,
                        update: check,
                        delete: { script: "storage-clean.sh", timeoutSeconds: 900, ifPresent: true },
                        inputs: {
                            DEVICES: (storage.nodes.find((node) => node.name === host.name)?.devices ?? [])
                                .map((device) => device.path)
                                .join("\n"),
                            DATA_DIR: storage.ceph.dataDir,
                            DESTROY_DATA: String(storage.destroyData),
                        },
                    },
                    { parent: this, dependsOn: host.machine },
                ),
        );
        this.registerOutputs({});
    }
}
