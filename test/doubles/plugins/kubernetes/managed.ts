import { randomBytes } from "node:crypto";
import { log } from "../protocol/engine-log";
import { changes } from "../protocol/difference";
import { NotReadyError, type Difference, type Failure, type Resource } from "../protocol/provider";
import { isObject, isUnknown, reveal, revealAll, secret, type Properties } from "../protocol/values";
import { ApiError, UnreachableError } from "./api";
import { WaitError, type Cluster } from "./cluster";
import { driftedInputs } from "./drift";
import { needsNewObject } from "./immutable";
import { UnknownKindError } from "./kinds";
import { isAutonamed, withName } from "./naming";
import { annotationsOf, describe, idOf, objectOf, outputsOf, type KubernetesObject } from "./object";
import type { Settings } from "./settings";

/** A manager of its own for every resource: what one applies, another does not take away. */
export const newFieldManager = (): string => `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;

export const fieldManagerOf = (olds: Properties): string =>
    typeof olds.__fieldManager === "string" ? olds.__fieldManager : newFieldManager();

export const forces = (plain: Properties, settings: Settings): boolean =>
    settings.enablePatchForce || annotationsOf(plain)["pulumi.com/patchForce"] === "true";

/** Adds to a refusal which object it is about. */
export function explained(error: unknown, object: KubernetesObject, what: string): Error {
    if (error instanceof ApiError) {
        const hint =
            /conflict/i.test(error.message) && error.status === 409
                ? '\nThe annotation pulumi.com/patchForce: "true" takes the fields over from the other manager.'
                : "";
        return new Error(`${describe(object)} was not ${what} by the Kubernetes API server: ${error.message}${hint}`);
    }
    return error instanceof Error
        ? new Error(`${describe(object)} was not ${what}: ${error.message}`)
        : new Error(String(error));
}

export function checkObject(news: Properties): Failure[] {
    const failures: Failure[] = [];
    for (const property of ["apiVersion", "kind"]) {
        const value = reveal(news[property]) ?? null;
        if (typeof value !== "string" && !isUnknown(value)) failures.push({ property, reason: "is required" });
    }
    return failures;
}

/** All content of a Secret is secret, however it was given. */
export function masked(news: Properties): Properties {
    if (reveal(news.kind) !== "Secret" || reveal(news.apiVersion) !== "v1") return news;
    const hidden = ["data", "stringData"].filter((key) => (news[key] ?? null) !== null);
    return { ...news, ...Object.fromEntries(hidden.map((key) => [key, secret(news[key] ?? null)])) };
}

/** An unnamed namespace and the default one are the same. */
function withNamespace(plain: Properties, settings: Settings): Properties {
    const { metadata } = plain;
    return isObject(metadata) && (metadata.namespace ?? null) === null
        ? { ...plain, metadata: { ...metadata, namespace: settings.namespace } }
        : plain;
}

const nameIn = (plain: Properties) => (isObject(plain.metadata) ? plain.metadata.name : undefined);
const namespaceIn = (plain: Properties) => (isObject(plain.metadata) ? plain.metadata.namespace : undefined);

/** Objects that exist because of the program: any kind of any group, by server-side apply. */
export function managedObject(cluster: Cluster, settings: Settings): Resource {
    const settle = async (
        urn: string,
        live: KubernetesObject,
        inputs: Properties,
        fieldManager: string,
        timeout: number,
    ): Promise<Properties> => {
        try {
            return outputsOf(await cluster.ready(urn, live, revealAll(inputs), timeout), inputs, fieldManager);
        } catch (error) {
            const last = error instanceof WaitError ? error.live : live;
            const message = error instanceof Error ? error.message : String(error);
            throw new NotReadyError(message, idOf(live), outputsOf(last, inputs, fieldManager), inputs);
        }
    };

    return {
        check({ name, olds, news }) {
            return Promise.resolve({ inputs: masked(withName(name, olds, news)), failures: checkObject(news) });
        },

        diff({ oldInputs, news }): Promise<Difference> {
            const before = withNamespace(revealAll(oldInputs), settings);
            const after = withNamespace(revealAll(news), settings);
            const { apiVersion, kind } = objectOf(after);
            const moved = namespaceIn(before) !== namespaceIn(after);
            const all = changes(before, after).map((change) => ({
                ...change,
                replaces:
                    (moved && change.path === "metadata.namespace") ||
                    needsNewObject(change, apiVersion, kind, settings),
            }));
            const replaced = all.some(({ replaces }) => replaces);
            // A name that was made up is made up anew for the replacement.
            const sameName = !moved && !isAutonamed(after) && nameIn(before) === nameIn(after);
            return Promise.resolve({ changes: all, deleteBeforeReplace: replaced && sameName });
        },

        async create({ urn, inputs, timeout }) {
            const plain = revealAll(inputs);
            let object = objectOf(plain);
            const fieldManager = newFieldManager();
            let live: KubernetesObject;
            try {
                object = await cluster.place(object);
                if (!settings.upsertExistingObjects && (await cluster.get(object)) !== undefined) {
                    throw new Error("it already exists; import it, or change it with a Patch resource");
                }
                live = await cluster.create(object, fieldManager, forces(plain, settings));
            } catch (error) {
                throw explained(error, object, "created");
            }
            return { id: idOf(live), outputs: await settle(urn, live, inputs, fieldManager, timeout) };
        },

        async update({ urn, olds, news, timeout }) {
            const plain = revealAll(news);
            let object = objectOf(plain);
            const fieldManager = fieldManagerOf(olds);
            let live: KubernetesObject;
            try {
                object = await cluster.place(object);
                live = await cluster.apply(object, fieldManager, forces(plain, settings));
            } catch (error) {
                throw explained(error, object, "updated");
            }
            return settle(urn, live, news, fieldManager, timeout);
        },

        async delete({ urn, olds, oldInputs, timeout }) {
            const object = objectOf(revealAll(olds));
            try {
                await cluster.delete(object, annotationsOf(revealAll(oldInputs)), timeout);
            } catch (error) {
                // A kind that is not defined any more has no objects.
                if (error instanceof UnknownKindError) return;
                if (error instanceof UnreachableError && settings.deleteUnreachable) {
                    await log(urn, "warning", `${error.message}; taken as deleted`);
                    return;
                }
                throw error instanceof WaitError ? error : explained(error, object, "deleted");
            }
        },

        async read({ id, olds, oldInputs, type }) {
            const imported = Object.keys(olds).length === 0;
            const object = imported ? objectNamed(id, type) : objectOf(revealAll(olds));
            let live: KubernetesObject | undefined;
            try {
                live = await cluster.get(imported ? await cluster.place(object) : object);
            } catch (error) {
                if (error instanceof UnknownKindError) return undefined;
                throw explained(error, object, "read");
            }
            if (live === undefined) return undefined;
            const fieldManager = fieldManagerOf(olds);
            const inputs = driftedInputs(oldInputs, live, fieldManager);
            return { id: idOf(live), outputs: outputsOf(live, inputs, fieldManager), inputs };
        },
    };
}

/** For an import: the type token says the kind, the id which object. */
function objectNamed(id: string, type: string): KubernetesObject {
    const [, apiVersion = "", kind = ""] = type.split(":");
    const [name = "", namespace] = id.split("/").reverse();
    return { apiVersion: apiVersion.replace(/^core\//, ""), kind, metadata: { name, namespace } };
}
