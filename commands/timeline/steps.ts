import type { EngineEvent, StepMetadata } from "../event-log";

/** What a step does to its resource. */
export type Operation = "create" | "update" | "delete";

/** The engine's words for it. Others change nothing, or stand for two steps that are in the log themselves. */
const OPERATIONS: Record<string, Operation> = {
    create: "create",
    "create-replacement": "create",
    update: "update",
    delete: "delete",
    "delete-replaced": "delete",
};

/** One resource's creation, update or deletion. */
export interface Step {
    /** The node that it belongs to; undefined for what belongs to the cluster. */
    host: string | undefined;
    /** Name of the resource, without its node's. */
    name: string;
    operation: Operation;
    /** "cut off": the run ended before the step did. */
    outcome: "done" | "failed" | "cut off";
    /** Seconds since the run began. The log has whole seconds. */
    start: number;
    end: number;
    /** Positions of its two events in the log: the order within a second. */
    began: number;
    ended: number;
}

/** One run of the engine. */
export interface Run {
    stack: string;
    steps: Step[];
    /** How long it took, in seconds. */
    seconds: number;
    /** "succeeded" or "failed" by the engine's words; "cut off" where it did not come to say one. */
    result: string;
}

const CLUSTER = /^kubeadm-cluster:(?:\w+:)*KubeadmCluster$/;
/** A host's first step, and its last one: every host has them. */
const HOST = /^(.+)-(?:prepare|reset)$/;
const COMMAND = /^command:remote:Command$/;
const nameOf = (urn: string) => urn.split("::").pop() ?? urn;
const metadataOf = ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent) =>
    (resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent)?.metadata;

/** Finds the node that a resource belongs to, and shortens both names: what is the same in all of them says nothing. */
function placer(events: EngineEvent[]): (urn: string) => { host: string | undefined; name: string } {
    const resources = events.flatMap((event) => metadataOf(event) ?? []);
    const named = (form: RegExp) => [
        ...new Set(resources.filter(({ type }) => form.test(type)).map(({ urn }) => nameOf(urn))),
    ];
    // One may begin with another: the longest one is meant.
    const hosts = [...new Set(named(COMMAND).flatMap((name) => HOST.exec(name)?.[1] ?? []))];
    hosts.sort((a, b) => b.length - a.length);
    const clusters = named(CLUSTER);
    const prefix = clusters.length === 1 ? `${clusters[0]}-` : "";
    const short = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
    return (urn) => {
        const name = nameOf(urn);
        const host = hosts.find((each) => name.startsWith(`${each}-`));
        if (host === undefined) return { host, name: short(name) };
        return { host: short(host), name: name.slice(host.length + 1) };
    };
}

/** The operation of a step that takes time: components and providers are the program's own books. */
function timed({ op, type, old, new: next }: StepMetadata): Operation | undefined {
    return (next ?? old)?.custom && !type.startsWith("pulumi:") ? OPERATIONS[op] : undefined;
}

/**
 * What a run did and when, from its events.
 * @throws Error where the events are no run that did something
 */
export function runOf(events: EngineEvent[]): Run {
    const first = events[0];
    const urn = events.flatMap((event) => metadataOf(event) ?? [])[0]?.urn;
    const summary = events.find(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent;
    if (first === undefined || urn === undefined) throw new Error("it has no step: the run ended before its first one");
    if (summary?.isPreview) throw new Error("it is a preview's: no step of it ran");
    const zero = first.timestamp;
    const seconds = (events.at(-1)?.timestamp ?? zero) - zero;
    const place = placer(events);
    const open = new Map<string, Step>();
    const steps: Step[] = [];
    for (const [index, event] of events.entries()) {
        const metadata = metadataOf(event);
        const operation = metadata && timed(metadata);
        if (metadata === undefined || operation === undefined) continue;
        const key = `${metadata.op} ${metadata.urn}`;
        const at = event.timestamp - zero;
        if (event.resourcePreEvent) {
            const times = { start: at, end: seconds, began: index, ended: events.length };
            const step: Step = { ...place(metadata.urn), operation, outcome: "cut off", ...times };
            open.set(key, step);
            steps.push(step);
        } else {
            const outcome = event.resOpFailedEvent ? "failed" : "done";
            Object.assign(open.get(key) ?? {}, { outcome, end: at, ended: index });
            open.delete(key);
        }
    }
    return { stack: urn.split(":")[2] ?? "", steps, seconds, result: summary?.result ?? "cut off" };
}

/**
 * The steps that the end of a run waited for, first one first: the step that ended last, the step that ended last before
 * that one began, and so on. The log has no dependencies, so this is read off the times; of steps that ended in the
 * same second, one of the same host is taken.
 */
export function criticalPath(steps: Step[]): Step[] {
    const later = (a: Step, b: Step) => (b.ended > a.ended ? b : a);
    const path: Step[] = [];
    for (let candidates = steps; candidates.length > 0;) {
        const [next] = path;
        const end = Math.max(...candidates.map((step) => step.end));
        const last = candidates.filter((step) => step.end === end);
        const same = last.filter(({ host }) => host === next?.host);
        const chosen = (next !== undefined && same.length > 0 ? same : last).reduce(later);
        path.unshift(chosen);
        candidates = candidates.filter(({ ended }) => ended < chosen.began);
    }
    return path;
}
