import type { KubernetesObject } from "./object";

/** Undefined: ready. Otherwise what is missing; `final` when waiting longer cannot help. */
export type Verdict = { missing: string; final?: boolean } | undefined;

/** Looks at another object while one is judged. */
export type Look = (apiVersion: string, kind: string, name: string) => Promise<KubernetesObject | undefined>;

interface Rule {
    /** Default time limit in seconds; `customTimeouts` and pulumi.com/timeoutSeconds override it. */
    limit: number;
    judge: (object: KubernetesObject, look: Look) => Verdict | Promise<Verdict>;
}

interface Condition {
    type: string;
    status: string;
    reason?: string;
    message?: string;
}

export const conditionOf = (object: KubernetesObject, type: string): Condition | undefined =>
    (object.status?.conditions as Condition[] | undefined)?.find(
        (condition) => condition.type.toLowerCase() === type.toLowerCase(),
    );

const count = (object: KubernetesObject, field: string): number => Number(object.status?.[field] ?? 0);

const wanted = (object: KubernetesObject): number => Number(object.spec?.replicas ?? 1);

/** The controller has not looked at this version of the object: its status is about an older one. */
const unseen = (object: KubernetesObject): boolean =>
    count(object, "observedGeneration") < Number(object.metadata.generation ?? 0);

const WAITING_FOR_CONTROLLER: Verdict = { missing: "its controller has not taken notice of it yet" };

function deployment(object: KubernetesObject): Verdict {
    if (unseen(object)) return WAITING_FOR_CONTROLLER;
    const progress = conditionOf(object, "Progressing");
    if (progress?.status === "False") {
        return { missing: `${progress.reason ?? "not progressing"}: ${progress.message ?? ""}`, final: true };
    }
    const replicas = wanted(object);
    const [updated, total, available] = ["updatedReplicas", "replicas", "availableReplicas"].map((f) =>
        count(object, f),
    );
    if ((updated ?? 0) < replicas) return { missing: `${updated} of ${replicas} replicas are updated` };
    if ((total ?? 0) > (updated ?? 0)) return { missing: `${(total ?? 0) - (updated ?? 0)} old replicas are left` };
    if ((available ?? 0) < replicas) {
        const why = conditionOf(object, "Available")?.message ?? "";
        return { missing: `${available} of ${replicas} replicas are available. ${why}`.trim() };
    }
    return undefined;
}

function daemonSet(object: KubernetesObject): Verdict {
    if (unseen(object)) return WAITING_FOR_CONTROLLER;
    const desired = count(object, "desiredNumberScheduled");
    const strategy = (object.spec?.updateStrategy as { type?: string } | undefined)?.type;
    const updated = count(object, "updatedNumberScheduled");
    if (strategy !== "OnDelete" && updated < desired) return { missing: `${updated} of ${desired} Pods are updated` };
    const available = count(object, "numberAvailable");
    return available < desired ? { missing: `${available} of ${desired} Pods are available` } : undefined;
}

function statefulSet(object: KubernetesObject): Verdict {
    if (unseen(object)) return WAITING_FOR_CONTROLLER;
    const replicas = wanted(object);
    const ready = count(object, "readyReplicas");
    if (ready < replicas) return { missing: `${ready} of ${replicas} replicas are ready` };
    const strategy = object.spec?.updateStrategy as
        { type?: string; rollingUpdate?: { partition?: number } } | undefined;
    const updated = count(object, "updatedReplicas");
    const due = strategy?.type === "OnDelete" ? 0 : replicas - (strategy?.rollingUpdate?.partition ?? 0);
    return updated < due ? { missing: `${updated} of ${due} replicas are updated` } : undefined;
}

function pod(object: KubernetesObject): Verdict {
    const phase = object.status?.phase;
    if (phase === "Failed")
        return { missing: `the Pod failed: ${conditionOf(object, "Ready")?.message ?? ""}`, final: true };
    if (phase === "Succeeded" || conditionOf(object, "Ready")?.status === "True") return undefined;
    const why = conditionOf(object, "Ready") ?? conditionOf(object, "PodScheduled");
    return { missing: why?.message ?? `the Pod's phase is ${String(phase)}` };
}

function job(object: KubernetesObject): Verdict {
    const failed = conditionOf(object, "Failed");
    if (failed?.status === "True") return { missing: `the Job failed: ${failed.message ?? ""}`, final: true };
    if (conditionOf(object, "Complete")?.status === "True") return undefined;
    return { missing: `${count(object, "succeeded")} of ${Number(object.spec?.completions ?? 1)} Pods have succeeded` };
}

async function service(object: KubernetesObject, look: Look): Promise<Verdict> {
    const spec = object.spec ?? {};
    const balanced = (object.status?.loadBalancer as { ingress?: unknown[] } | undefined)?.ingress?.length;
    if (spec.type === "LoadBalancer" && !balanced) return { missing: "the Service was not allocated an IP address" };
    if (spec.type === "ExternalName" || spec.clusterIP === "None") return undefined;
    if (Object.keys((spec.selector as object | undefined) ?? {}).length === 0) return undefined;
    const endpoints = await look("v1", "Endpoints", object.metadata.name);
    if ((endpoints?.subsets as unknown[] | undefined)?.length) return undefined;
    return {
        missing:
            "the Service does not target any Pods: selected Pods may not be ready, or .spec.selector may not match " +
            "labels on any Pods",
    };
}

async function claim(object: KubernetesObject, look: Look): Promise<Verdict> {
    if (object.status?.phase === "Bound") return undefined;
    const name = object.spec?.storageClassName;
    const storageClass =
        typeof name === "string" && name ? await look("storage.k8s.io/v1", "StorageClass", name) : undefined;
    // Bound only once a Pod uses it.
    if (storageClass?.volumeBindingMode === "WaitForFirstConsumer") return undefined;
    return { missing: `the claim is ${String(object.status?.phase)}` };
}

function volume(object: KubernetesObject): Verdict {
    const phase = object.status?.phase;
    return phase === "Available" || phase === "Bound" ? undefined : { missing: `the volume is ${String(phase)}` };
}

function definition(object: KubernetesObject): Verdict {
    const refused = conditionOf(object, "NamesAccepted");
    if (refused?.status === "False") return { missing: `its names are taken: ${refused.message ?? ""}`, final: true };
    return conditionOf(object, "Established")?.status === "True" ? undefined : { missing: "it is not established" };
}

const TEN_MINUTES = 600;
const FIVE_MINUTES = 300;

/** What has to be true of an object before what depends on it goes on, by group and kind. */
export const rules: Record<string, Rule> = {
    "/PersistentVolume": { limit: FIVE_MINUTES, judge: volume },
    "/PersistentVolumeClaim": { limit: FIVE_MINUTES, judge: claim },
    "/Pod": { limit: TEN_MINUTES, judge: pod },
    "/Service": { limit: TEN_MINUTES, judge: service },
    "apiextensions.k8s.io/CustomResourceDefinition": { limit: FIVE_MINUTES, judge: definition },
    "apps/DaemonSet": { limit: TEN_MINUTES, judge: daemonSet },
    "apps/Deployment": { limit: TEN_MINUTES, judge: deployment },
    "apps/StatefulSet": { limit: TEN_MINUTES, judge: statefulSet },
    "batch/Job": { limit: TEN_MINUTES, judge: job },
};

export const ruleOf = ({ apiVersion, kind }: KubernetesObject): Rule | undefined =>
    rules[`${apiVersion.includes("/") ? apiVersion.split("/")[0] : ""}/${kind}`];
