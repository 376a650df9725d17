/* eslint-disable @typescript-eslint/no-unsafe-member-access -- controllers look into objects of any kind */
import { deleting, finalizers, type Json, NAMESPACE, type Objects } from "./rook-operator-api";

/** The kinds that the operator takes down by their own daemons: it asks an MDS for subvolume groups, a gateway for buckets. */
export const NEEDED_DAEMONS: Record<string, string> = {
    cephfilesystems: "rook-ceph-mds",
    cephobjectstores: "rook-ceph-rgw",
};

/** A daemon's Deployment, which goes with the object that it was made for. */
export function daemonDeployment(owner: Json, app: string, id: string, node: string | undefined, image: string): Json {
    const labels = { app, "ceph-daemon-id": id };
    const { name, uid } = owner.metadata as { name: string; uid: string };
    return {
        metadata: {
            name: `${app}-${id}`,
            namespace: NAMESPACE,
            labels,
            ownerReferences: [
                {
                    apiVersion: owner.apiVersion as string,
                    kind: owner.kind as string,
                    name,
                    uid,
                    controller: true,
                    blockOwnerDeletion: true,
                },
            ],
        },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    nodeSelector: { "kubernetes.io/hostname": node },
                    containers: [{ name: "daemon", image }],
                },
            },
        },
    };
}

/**
 * Whether the daemons are there by which an object is taken down. In a deletion in the foreground the garbage collector
 * ends them before the operator has asked them anything.
 */
export async function canBeTakenDown(objects: Objects, kind: string, pool: Json): Promise<boolean> {
    const app = NEEDED_DAEMONS[kind];
    if (app === undefined) return true;
    if (finalizers(pool).includes("foregroundDeletion")) return false;
    const daemons = (await objects.list("deployments", NAMESPACE)).filter(
        ({ metadata }) => metadata.labels?.app === app && metadata.ownerReferences?.[0]?.uid === pool.metadata.uid,
    );
    return daemons.some((daemon) => !deleting(daemon));
}
