import type { ExportedResource, StackExport } from "./state";
import { stageOf, WHOLE } from "../stages";

/** One box of the picture: a component of the program. */
export interface Part {
    /** Name of the component, which is unique within a stack. */
    id: string;
    /** Stage that it belongs to, one of `stages`. */
    stage: string;
    /** Name of the host that it is about; undefined for what belongs to the cluster as a whole. */
    host?: string;
    /** What it is, in a few words. */
    title: string;
    /** More about it, a line each. */
    details: string[];
}

/** A cluster as its stack's state knows it. */
export interface Cluster {
    /** Such as "Kubernetes v1.32.0 at https://192.0.2.1:6443". */
    title: string;
    parts: Part[];
    /** Which part waits for which: [the one that waits, what it waits for], without what follows from others. */
    waits: [waiting: string, awaited: string][];
}

/** Plain outputs; a secret one is an object of the engine's own in the state. */
interface Outputs {
    endpoint?: unknown;
    versions?: { kubernetes?: string; network?: string };
    nodes?: unknown;
}

interface Node {
    name: string;
    address?: string;
}

const PROGRAM = /^kubeadm-cluster:/;
const nameOf = (urn: string) => urn.split("::").pop() ?? urn;

/** What the components of the program are in words, and what stands behind the host in their names. */
const KINDS: [type: RegExp, title: string, suffix: string | undefined][] = [
    [/:node:Machine$/, "prepared", ""],
    [/:node:(MasterNode|ControlPlaneNode)$/, "control plane", "-control-plane"],
    [/:node:WorkerNode$/, "worker", "-worker"],
    [/:node:SettledNode$/, "Ready", "-node"],
    [/:node:WorkerRenewal$/, "kubelet settings", "-renewal"],
    [/:network:WeaveNet$/, "Weave Net", undefined],
    [/:network:Flannel$/, "Flannel", undefined],
    [/:storage:StorageHosts$/, "storage devices", undefined],
    [/:storage:/, "Rook and Ceph", undefined],
    [/:dns:ClusterDns$/, "CoreDNS", undefined],
    [/:metrics:MetricsServer$/, "metrics-server", undefined],
    [/:dashboard:Headlamp$/, "Headlamp", undefined],
];

/** Images that run because of a part, from the Pod templates and Ceph clusters in it. */
function imagesOf(resources: ExportedResource[]): string[] {
    interface Spec {
        template?: { spec?: { containers?: { image?: string }[] } };
        cephVersion?: { image?: string };
    }
    const images = resources.flatMap(({ inputs }) => {
        const spec = inputs?.spec as Spec | undefined;
        return [spec?.cephVersion?.image, ...(spec?.template?.spec?.containers ?? []).map(({ image }) => image)];
    });
    return [...new Set(images.filter((image) => image !== undefined))];
}

/** Without the waits that others imply: a waits for b and b for c says all of a for c. */
function reduced(waits: Map<string, Set<string>>): [string, string][] {
    const reaches = (from: string, to: string, seen: Set<string>): boolean =>
        [...(waits.get(from) ?? [])].some((next) => {
            if (next === to) return true;
            if (seen.has(next)) return false;
            seen.add(next);
            return reaches(next, to, seen);
        });
    return [...waits].flatMap(([waiting, all]) =>
        [...all]
            .filter((to) => ![...all].some((other) => other !== to && reaches(other, to, new Set([waiting]))))
            .map((awaited): [string, string] => [waiting, awaited]),
    );
}

/**
 * The cluster that a stack's state describes. Needs no secret: it reads names, dependencies, images and plain outputs.
 * @throws Error where the state holds no cluster
 */
export function clusterOf({ deployment }: StackExport): Cluster {
    const resources = deployment.resources ?? [];
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const partUrn = (urn: string): string | undefined => {
        const resource = byUrn.get(urn);
        const outer = resource?.parent === undefined ? undefined : partUrn(resource.parent);
        return outer ?? (resource && PROGRAM.test(resource.type) && !WHOLE.test(resource.type) ? urn : undefined);
    };
    /** A part's name without the cluster's. */
    const shortName = (urn: string): string => {
        const around = byUrn.get(byUrn.get(urn)?.parent ?? "");
        const prefix = around && WHOLE.test(around.type) ? `${nameOf(around.urn)}-` : "";
        return nameOf(urn).slice(nameOf(urn).startsWith(prefix) ? prefix.length : 0);
    };
    const members = new Map<string, ExportedResource[]>();
    for (const resource of resources) {
        const part = partUrn(resource.urn);
        if (part !== undefined) members.set(part, [...(members.get(part) ?? []), resource]);
    }
    if (members.size === 0) throw new Error("the stack's state holds no cluster; run pulumi up first");

    const outputs = (resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {}) as Outputs;
    const nodes = Array.isArray(outputs.nodes) ? (outputs.nodes as Node[]) : [];
    const address = (host: string) => nodes.find(({ name }) => name === host)?.address;
    const endpoint = typeof outputs.endpoint === "string" ? ` at ${outputs.endpoint}` : "";
    const waits = new Map<string, Set<string>>();
    const parts = [...members].map(([urn, inside]): Part => {
        const id = nameOf(urn);
        const type = byUrn.get(urn)?.type ?? "";
        const [, title = type.split(":").pop() ?? "", suffix] = KINDS.find(([form]) => form.test(type)) ?? [];
        const host = suffix === undefined ? undefined : shortName(urn).slice(0, shortName(urn).length - suffix.length);
        const details = imagesOf(inside);
        if (suffix === "" && host !== undefined) details.unshift(address(host) ?? "");
        if (suffix === "-control-plane" && outputs.versions?.kubernetes) details.unshift(outputs.versions.kubernetes);
        for (const awaited of inside.flatMap(({ dependencies = [] }) => dependencies.map(partUrn))) {
            if (awaited === undefined || awaited === urn) continue;
            waits.set(id, (waits.get(id) ?? new Set()).add(nameOf(awaited)));
        }
        return { id, stage: stageOf(urn), host, title, details: details.filter((line) => line !== "") };
    });
    const title = `Kubernetes ${outputs.versions?.kubernetes ?? ""}${endpoint}`;
    return { title, parts, waits: reduced(waits) };
}
