import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RELEASES_DIRECTORY } from "../releases";
import type { ContainerRuntimeConfig, KubernetesConfig, MirrorsConfig, NodeConfig } from "./schema";

/** Programs that can be held to a sum. */
export const PROGRAMS = ["kubeadm", "kubelet", "kubectl", "cni-plugins", "containerd", "runc"] as const;
const ARCHITECTURES = ["amd64", "arm64"] as const;

/** What says which programs a node gets, and from where. */
export interface ProgramSources {
    /** Version of Kubernetes, and where its programs come from. */
    kubernetes: KubernetesConfig;
    /** Mirrors of the programs, and sums that were set for them. */
    mirrors: MirrorsConfig;
    /** Releases of containerd and runc. */
    containerRuntime: ContainerRuntimeConfig;
}

interface Shipped {
    /** SHA-256 by NAME VERSION ARCH. */
    sums: Record<string, string>;
}

let shipped: Shipped | undefined;

// The publishers' own, as releases/sums.json says where they were taken from.
function publishersSums(): Record<string, string> {
    shipped ??= JSON.parse(readFileSync(join(RELEASES_DIRECTORY, "sums.json"), "utf8")) as Shipped;
    return shipped.sums;
}

/** The programs that a node gets from a mirror, with their versions as its steps name them. */
function wanted(sources: ProgramSources, node: NodeConfig): [program: string, version: string][] {
    const { kubernetes, mirrors, containerRuntime } = sources;
    const binaries = (node.install ?? kubernetes.install) === "binaries";
    return [
        ...(binaries
            ? ["kubeadm", "kubelet", "kubectl"].map((name): [string, string] => [name, kubernetes.version])
            : []),
        ...(binaries ? [["cni-plugins", mirrors.cniPluginsVersion] as [string, string]] : []),
        ...(containerRuntime.source === "archive"
            ? ([
                  ["containerd", containerRuntime.version],
                  ["runc", containerRuntime.runcVersion],
              ] as [string, string][])
            : []),
    ];
}

/**
 * What the programs of a node must be, whatever a mirror says of them: lines NAME VERSION ARCH SHA256. The configuration's
 * sums go before those that are shipped, and these are left out where mirrors.pinned is false.
 */
export function pinnedSums(sources: ProgramSources, node: NodeConfig): string {
    const { sums, pinned } = sources.mirrors;
    const known = new Map([...(pinned ? Object.entries(publishersSums()) : []), ...Object.entries(sums)]);
    return wanted(sources, node)
        .flatMap(([program, version]) =>
            ARCHITECTURES.flatMap((architecture) => {
                const sum = known.get(`${program} ${version.replace(/^v?/, "v")} ${architecture}`);
                return sum === undefined ? [] : [`${program} ${version} ${architecture} ${sum}`];
            }),
        )
        .join("\n");
}

/** Programs of a node that are held to no sum, on either architecture. */
export function unpinnedPrograms(sources: ProgramSources, node: NodeConfig): string[] {
    const pinned = pinnedSums(sources, node).split("\n");
    return wanted(sources, node)
        .filter(([program]) => pinned.filter((line) => line.startsWith(`${program} `)).length < ARCHITECTURES.length)
        .map(([program]) => program);
}
