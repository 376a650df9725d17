import { log } from "../protocol/engine-log";
import type { Properties } from "../protocol/values";
import { Api, ApiError, UnreachableError } from "./api";
import { Kinds, type Kind } from "./kinds";
import { loadKubeConfig } from "./kubeconfig";
import { annotationsOf, describe, type KubernetesObject } from "./object";
import { ruleOf, type Look, type Verdict } from "./readiness";
import type { Settings } from "./settings";
import { waitForOf } from "./wait-for";

const DELETE_SECONDS = 600;
const DEFAULT_SECONDS = 600;
/** Time between two looks at an object: short at first, since many things are ready at once. */
const FIRST_POLL = 100;
const LONGEST_POLL = 1000;

/** Seconds between tries to make an object in a namespace that does not exist. */
const NAMESPACE_WAITS = [1, 2, 4, 8];

/** The API server's name for how much goes with an object. */
const PROPAGATION: Record<string, string> = { foreground: "Foreground", background: "Background", orphan: "Orphan" };

/** The object has not become what was waited for. */
export class WaitError extends Error {
    constructor(
        message: string,
        readonly live: KubernetesObject,
    ) {
        super(message);
    }
}

/** Reads, changes and awaits objects of one cluster. */
export class Cluster {
    private readonly api: Api;
    private readonly kinds: Kinds;
    private cancelled = false;

    constructor(private readonly settings: Settings) {
        this.api = new Api(() => loadKubeConfig(settings));
        this.kinds = new Kinds(this.api);
    }

    /** Ends every wait. */
    cancel(): void {
        this.cancelled = true;
    }

    /** The object with its namespace filled in where its kind has one. */
    async place(object: KubernetesObject): Promise<KubernetesObject> {
        const { namespaced } = await this.kinds.find(object.apiVersion, object.kind);
        const { namespace = this.settings.namespace, ...metadata } = object.metadata;
        return { ...object, metadata: namespaced ? { ...metadata, namespace } : metadata };
    }

    /** The object as it is now; undefined if there is none. */
    async get(object: KubernetesObject): Promise<KubernetesObject | undefined> {
        try {
            return await this.api.request<KubernetesObject>({ method: "GET", path: await this.path(object) });
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return undefined;
            throw error;
        }
    }

    /** Server-side apply: the object gets these fields and loses those that `fieldManager` has set before. */
    async apply(object: KubernetesObject, fieldManager: string, force: boolean): Promise<KubernetesObject> {
        return this.api.request<KubernetesObject>({
            method: "PATCH",
            path: await this.path(object),
            query: { fieldManager, force: String(force), fieldValidation: "Warn" },
            contentType: "application/apply-patch+yaml",
            body: object,
        });
    }

    /** As `apply`, but waits a while for the object's namespace, which may be made at the same time. */
    async create(object: KubernetesObject, fieldManager: string, force: boolean): Promise<KubernetesObject> {
        for (const seconds of NAMESPACE_WAITS) {
            try {
                return await this.apply(object, fieldManager, force);
            } catch (error) {
                if (!(error instanceof ApiError) || error.status !== 404) throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        }
        return this.apply(object, fieldManager, force);
    }

    /** Waits until the object is ready by the rule of its kind or its own pulumi.com/waitFor. Gives the last state. */
    async ready(urn: string, live: KubernetesObject, inputs: Properties, seconds: number): Promise<KubernetesObject> {
        const annotations = annotationsOf(inputs);
        if (annotations["pulumi.com/skipAwait"] === "true") return live;
        const rule = ruleOf(live);
        const custom = waitForOf(inputs);
        const judge = custom ?? rule?.judge;
        if (judge === undefined) return live;
        const limit =
            seconds || Number(annotations["pulumi.com/timeoutSeconds"] ?? 0) || rule?.limit || DEFAULT_SECONDS;
        const look: Look = (apiVersion, kind, name) => {
            const { namespace } = live.metadata;
            return this.get({ apiVersion, kind, metadata: { name, namespace } });
        };
        let last = live;
        let told = "";
        const state = await this.poll(limit, async () => {
            const now = await this.get(live);
            if (now === undefined) throw new WaitError(`${describe(live)} was deleted while it was waited for`, last);
            last = now;
            const verdict = await judge(now, look);
            if (verdict !== undefined && verdict.missing !== told) {
                told = verdict.missing;
                await log(urn, "info", verdict.missing, true);
            }
            return verdict;
        });
        if (state === undefined) return last;
        const limited = state.final ? "" : ` within ${limit} s`;
        throw new WaitError(`${describe(live)} did not become ready${limited}: ${state.missing}`, last);
    }

    /**
     * Deletes the object and waits until it is gone, finalizers and all. What it owns goes first, unless the annotations
     * that the program gave it say otherwise: those on the live object do not count.
     */
    async delete(object: KubernetesObject, annotations: Record<string, string>, seconds: number): Promise<void> {
        const wanted = annotations["pulumi.com/deletionPropagationPolicy"]?.toLowerCase() ?? "foreground";
        const propagationPolicy = PROPAGATION[wanted] ?? "Foreground";
        let uid: string | undefined;
        try {
            const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
            const path = await this.path(object, false);
            // The answer is the object itself while finalizers hold it, else a report with its uid in the details.
            const answer = await this.api.request<KubernetesObject & { details?: { uid?: string } }>({
                method: "DELETE",
                path,
                body,
            });
            uid = answer.details?.uid ?? answer.metadata.uid;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return;
            throw error;
        }
        if (annotations["pulumi.com/skipAwait"] === "true") return;
        const limit = seconds || Number(annotations["pulumi.com/timeoutSeconds"] ?? 0) || DELETE_SECONDS;
        let last = object;
        const state = await this.poll(limit, async () => {
            const now = await this.get(object);
            if (now === undefined || (uid !== undefined && now.metadata.uid !== uid)) return undefined;
            last = now;
            const finalizers = now.metadata.finalizers ?? [];
            return { missing: finalizers.length > 0 ? `finalizers ${finalizers.join(", ")}` : "it still exists" };
        });
        if (state !== undefined) {
            throw new WaitError(`${describe(object)} was not deleted within ${limit} s: ${state.missing}`, last);
        }
    }

    /** Asks until the answer is undefined or final, or the time is over; gives the last answer. */
    private async poll(seconds: number, ask: () => Promise<Verdict>): Promise<Verdict> {
        const end = Date.now() + seconds * 1000;
        let pause = FIRST_POLL;
        for (;;) {
            let verdict: Verdict;
            try {
                verdict = await ask();
            } catch (error) {
                // An API server that is being restarted is not a reason to give up.
                if (!(error instanceof UnreachableError)) throw error;
                verdict = { missing: error.message };
            }
            if (verdict === undefined || verdict.final || Date.now() >= end) return verdict;
            if (this.cancelled) return { missing: `interrupted: ${verdict.missing}`, final: true };
            await new Promise((resolve) => setTimeout(resolve, pause));
            pause = Math.min(pause * 1.5, LONGEST_POLL);
        }
    }

    private async path({ apiVersion, kind, metadata }: KubernetesObject, waitForKind = true): Promise<string> {
        const { base, plural, namespaced }: Kind = await this.kinds.find(apiVersion, kind, waitForKind);
        const namespace = namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? "")}` : "";
        return `${base}${namespace}/${plural}/${encodeURIComponent(metadata.name)}`;
    }
}
