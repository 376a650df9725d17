import type { ExportedResource, StackExport } from "./state";
import { CLUSTER_TYPE } from "../../components/cluster-type";
import { stageOf } from "../stages";

/** One box of the picture: a component of the program, or steps on a host that belong together. */
export interface Part {
    /** Its name, without the cluster's. */
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
    [/:node:(MasterNode|ControlPlaneNode)$/, "control plane", "-control-plane"],
    [/:node:WorkerNode$/, "worker", "-worker"],
    [/:network:WeaveNet$/, "Weave Net", undefined],
    [/:network:Flannel$/, "Flannel", undefined],
    [/:storage:StorageHosts$/, "storage devices", undefined],
    [/:storage:/, "Rook and Ceph", undefined],
    [/:dns:ClusterDns$/, "CoreDNS", undefined],
    [/:metrics:MetricsServer$/, "metrics-server", undefined],
    [/:dashboard:Headlamp$/, "Headlamp", undefined],
];

/** Steps on a host that are a box of their own: their names, what stands behind the host in the box's, and its title. */
const STEPS: [form: RegExp, suffix: string, title: string][] = [
    [/^(.+)-(?:reset|prepare)$/, "", "prepared"],
    [/^(.+)-(?:worker|control-plane)-(?:ready|settings|taints)$/, "-node", "Ready"],
    [/^(.+)-worker-upgrade-(?:drain|node)$/, "-upgrade", "kubelet settings"],
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

/** A box, without what is in it. */
type Place = Omit<Part, "details">;

/** Finds the box of a resource; undefined = it is in none. */
function placer(resources: ExportedResource[]): (urn: string) => Place | undefined {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const clusters = resources.filter(({ type }) => type === CLUSTER_TYPE).map(({ urn }) => `${nameOf(urn)}-`);
    const prefix = clusters.length === 1 ? (clusters[0] ?? "") : "";
    const short = (urn: string) => (nameOf(urn).startsWith(prefix) ? nameOf(urn).slice(prefix.length) : nameOf(urn));
    const place = (urn: string): Place | undefined => {
        const resource = byUrn.get(urn);
        if (!resource) return undefined;
        const id = short(urn);
        const { type, parent } = resource;
        for (const [form, suffix, title] of STEPS) {
            const [, host] = (!PROGRAM.test(type) && form.exec(id)) || [];
            if (host !== undefined) return { id: host + suffix, stage: stageOf(urn), host, title };
        }
        const outer = parent === undefined ? undefined : place(parent);
        if (outer || !PROGRAM.test(type) || type === CLUSTER_TYPE) return outer;
        const [, title = type.split(":").pop() ?? "", suffix] = KINDS.find(([form]) => form.test(type)) ?? [];
        const host = suffix === undefined ? undefined : id.slice(0, id.length - suffix.length);
        return { id, stage: stageOf(urn), host, title };
    };
    return place;
}

/**
 * The cluster that a stack's state describes. Needs no secret: it reads names, dependencies, images and plain outputs.
 * @throws Error where the state holds no cluster
 */
export function clusterOf({ deployment }: StackExport): Cluster {
    const resources = deployment.resources ?? [];
    const place = placer(resources);
    const members = new Map<string, { at: Place; inside: ExportedResource[] }>();
    for (const resource of resources) {
        const at = place(resource.urn);
        if (at === undefined) continue;
        members.set(at.id, { at, inside: [...(members.get(at.id)?.inside ?? []), resource] });
    }
    if (members.size === 0) throw new Error("the stack's state holds no cluster; run pulumi up first");

    const outputs = (resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {}) as Outputs;
    const nodes = Array.isArray(outputs.nodes) ? (outputs.nodes as Node[]) : [];
    const address = (host: string) => nodes.find(({ name }) => name === host)?.address;
    const endpoint = typeof outputs.endpoint === "string" ? ` at ${outputs.endpoint}` : "";
    const waits = new Map<string, Set<string>>();
    const parts = [...members.values()].map(({ at, inside }): Part => {
        const { id, host } = at;
        const details = imagesOf(inside);
        if (id === host) details.unshift(address(host) ?? "");
        if (id.endsWith("-control-plane") && outputs.versions?.kubernetes) details.unshift(outputs.versions.kubernetes);
        for (const awaited of inside.flatMap(({ dependencies = [] }) => dependencies.map((urn) => place(urn)?.id))) {
            if (awaited === undefined || awaited === id) continue;
            waits.set(id, (waits.get(id) ?? new Set()).add(awaited));
        }
        return { ...at, details: details.filter((line) => line !== "") };
    });
    const title = `Kubernetes ${outputs.versions?.kubernetes ?? ""}${endpoint}`;
    return { title, parts, waits: reduced(waits) };
}
