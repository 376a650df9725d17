import { readFileSync } from "node:fs";
import * as path from "node:path";
import { storageSchema } from "../../../components/storage";
import type { ClusterNode, RookConfig } from "../../../components/storage";
import { parseDocuments } from "../../../components/storage/manifests";
import type { KubernetesDocument } from "../../../components/storage/kubernetes-object";
import { skipWithout, upstream } from "../../upstream";

/** The manifests of the release. */
export const release = upstream("rook-1.16.1");

/** Why tests that need them are left out; false = they are there. */
export const skip = skipWithout(release);

/** The only document of a kind in a file of the release. */
export function released(file: string, kind: string): KubernetesDocument {
    const found = parseDocuments(readFileSync(path.join(release, file), "utf8")).filter(
        (document) => document.kind === kind,
    );
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of ${kind} in ${file}, not one`);
    return found[0];
}

/** Settings of the storage as a user would write them, over the addOn. */
export function rook(settings: Record<string, unknown> = {}): RookConfig {
    const config = storageSchema.parse({ addOn: "rook", ...settings });
    if (config.addOn !== "rook") throw new Error("not rook");
    return config;
}

/** One disk on each of so many workers. */
export function disks(count: number): { name: string; devices: string[] }[] {
    return Array.from({ length: count }, (_, index) => ({
        name: `worker-${index + 1}`,
        devices: [`/dev/disk/by-id/disk-${index + 1}`],
    }));
}

/** A master that keeps its taint, and workers. */
export function cluster(workers: number): ClusterNode[] {
    return [
        { name: "master", role: "control-plane", taints: [] },
        ...Array.from({ length: workers }, (_, index): ClusterNode => {
            return { name: `worker-${index + 1}`, role: "worker", taints: [] };
        }),
    ];
}

/** A document as it goes over the wire: what is undefined is not sent. */
export function sent(document: unknown): KubernetesDocument {
    return JSON.parse(JSON.stringify(document)) as KubernetesDocument;
}
