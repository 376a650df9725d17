import { log } from "../protocol/engine-log";
import { changes } from "../protocol/difference";
import type { Resource } from "../protocol/provider";
import { isObject, reveal, revealAll, type Properties } from "../protocol/values";
import { UnreachableError } from "./api";
import type { Cluster } from "./cluster";
import { driftedInputs } from "./drift";
import { UnknownKindError } from "./kinds";
import { checkObject, explained, fieldManagerOf, forces, masked, newFieldManager } from "./managed";
import { annotationsOf, idOf, objectOf, outputsOf, type KubernetesObject } from "./object";
import type { Settings } from "./settings";

/** Fields set on an object that something else owns; when the resource goes, they go, and the object stays. */
export function patchedObject(cluster: Cluster, settings: Settings): Resource {
    const apply = async (urn: string, inputs: Properties, fieldManager: string, timeout: number, made = true) => {
        const plain = revealAll(inputs);
        let patch = objectOf(plain);
        try {
            patch = await cluster.place(patch);
            if (made && (await cluster.get(patch)) === undefined) throw new Error("there is no such object to patch");
            const live = await cluster.apply(patch, fieldManager, forces(plain, settings));
            const ready = await cluster.ready(urn, live, plain, timeout);
            return { id: idOf(ready), outputs: outputsOf(ready, inputs, fieldManager) };
        } catch (error) {
            throw explained(error, patch, "patched");
        }
    };

    return {
        check({ news }) {
            const failures = checkObject(news);
            const metadata = reveal(news.metadata);
            if (isObject(metadata) && (metadata.name ?? null) === null) {
                failures.push({ property: "metadata.name", reason: "a Patch resource needs the name of the object" });
            }
            return Promise.resolve({ inputs: masked(news), failures });
        },

        diff({ oldInputs, news }) {
            const identity = new Set(["metadata.name", "metadata.namespace"]);
            const all = changes(oldInputs, news).map((change) => ({ ...change, replaces: identity.has(change.path) }));
            return Promise.resolve({ changes: all });
        },

        /** As with the real plug-in, an object that does not exist is made, with the patch as all of it. */
        create({ urn, inputs, timeout }) {
            const wanted = annotationsOf(revealAll(inputs))["pulumi.com/patchFieldManager"];
            return apply(urn, inputs, wanted ?? newFieldManager(), timeout, false);
        },

        async update({ urn, olds, news, timeout }) {
            return (await apply(urn, news, fieldManagerOf(olds), timeout)).outputs;
        },

        async delete({ urn, olds }) {
            const { apiVersion, kind, metadata } = objectOf(revealAll(olds));
            const { name, namespace } = metadata;
            const empty: KubernetesObject = {
                apiVersion,
                kind,
                metadata: { name, ...(namespace ? { namespace } : {}) },
            };
            try {
                if ((await cluster.get(empty)) !== undefined) await cluster.apply(empty, fieldManagerOf(olds), false);
            } catch (error) {
                if (error instanceof UnknownKindError) return;
                if (error instanceof UnreachableError && settings.deleteUnreachable) {
                    await log(urn, "warning", `${error.message}; the patch is taken as removed`);
                    return;
                }
                throw explained(error, empty, "released");
            }
        },

        async read({ id, olds, oldInputs }) {
            if (Object.keys(olds).length === 0) throw new Error(`a Patch resource cannot be imported: ${id}`);
            const object = objectOf(revealAll(olds));
            try {
                const live = await cluster.get(object);
                if (live === undefined) return undefined;
                const fieldManager = fieldManagerOf(olds);
                const inputs = driftedInputs(oldInputs, live, fieldManager);
                return { id, outputs: outputsOf(live, inputs, fieldManager), inputs };
            } catch (error) {
                if (error instanceof UnknownKindError) return undefined;
                throw explained(error, object, "read");
            }
        },
    };
}
