import * as pulumi from "@pulumi/pulumi";
import { HostConnection, RemoteScript } from "../remote";
import { cephImage } from "./images";
import { NAMESPACE, STORAGE_CLASSES } from "./names";
import { ClusterNode, daemonNodes } from "../config/storage-plan";
import type { RookConfig } from "../config/storage-schema";

/** Names of the StorageClasses that a configuration makes, the bucket's included. */
export function storageClassNames(storage: RookConfig): string[] {
    return [
        ...(storage.blockPool.enabled ? [STORAGE_CLASSES.block] : []),
        ...(storage.filesystem.enabled ? [STORAGE_CLASSES.filesystem] : []),
        ...(storage.objectStore.enabled ? [STORAGE_CLASSES.bucket] : []),
    ];
}

/** The step that claims a volume of each class, writes to it on one node and reads it on another, and removes all. */
export function storageProof(
    name: string,
    {
        storage,
        nodes,
        controlPlaneConnection,
    }: { storage: RookConfig; nodes: ClusterNode[]; controlPlaneConnection: HostConnection },
    parent: pulumi.Resource,
    after: pulumi.Resource,
): RemoteScript {
    const run = { script: "storage-proof.sh", timeoutSeconds: 900 } as const;
    const names = daemonNodes(storage, nodes).map((node) => node.name);
    const modes: Record<string, string> = {
        [STORAGE_CLASSES.block]: "ReadWriteOnce",
        [STORAGE_CLASSES.filesystem]: "ReadWriteMany",
    };
    const classes = storageClassNames(storage).filter((className) => className in modes);
    return new RemoteScript(
        name,
        {
            connection: controlPlaneConnection,
            create: run,
            update: run,
            inputs: {
                NAMESPACE,
                CLASSES: classes.map((className) => `${className} ${modes[className]}`).join("\n"),
                IMAGE: storage.proof.image ?? cephImage(storage),
                WRITER_NODE: names[0] ?? "",
                READER_NODE: names[1] ?? names[0] ?? "",
            },
        },
        { parent, dependsOn: after },
    );
}
