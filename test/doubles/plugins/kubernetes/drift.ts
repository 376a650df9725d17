import {
    isObject,
    isSecret,
    mapValues,
    reveal,
    secret,
    without,
    type Properties,
    type Value,
} from "../protocol/values";
import type { KubernetesObject } from "./object";

/** `metadata.managedFields[].fieldsV1`: who set which field, as a tree of "f:NAME", "k:{KEY FIELDS}" and "v:VALUE". */
interface FieldTree {
    [path: string]: FieldTree;
}

/** Set by the server, never an input. */
const SERVER_FIELDS = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

/**
 * The inputs that would give the live object: a field that the program has set and still owns is as it was; one that
 * somebody else has taken over has the value it has now. Without old inputs (an import) everything the server did not
 * set by itself is an input.
 */
export function driftedInputs(oldInputs: Properties, live: KubernetesObject, fieldManager: string): Properties {
    if (Object.keys(oldInputs).length === 0) {
        const metadata = without(live.metadata, ...SERVER_FIELDS);
        return { ...without(live, "status"), metadata } as unknown as Properties;
    }
    const entries = (live.metadata.managedFields ?? []) as {
        manager: string;
        operation: string;
        fieldsV1?: FieldTree;
    }[];
    const own = entries.find(({ manager, operation }) => manager === fieldManager && operation === "Apply");
    // A manager that has lost every field to others is not listed any more.
    const owned = own?.fieldsV1 ?? {};
    const { apiVersion, kind, metadata, ...fields } = oldInputs;
    const object = live as unknown as Properties;
    const result: Properties = { ...keep(fields, object, owned), apiVersion: apiVersion ?? null, kind: kind ?? null };
    if (isObject(metadata)) {
        const { name, namespace, ...others } = metadata;
        const identity = Object.fromEntries(
            Object.entries({ name, namespace }).filter(([, value]) => value !== undefined),
        );
        result.metadata = {
            ...keep(others, object.metadata as Properties, owned["f:metadata"] ?? {}),
            ...identity,
        } as Properties;
    }
    return result;
}

const isLeaf = (tree: FieldTree): boolean => Object.keys(tree).filter((key) => key !== ".").length === 0;

function keep(inputs: Properties, live: Properties, owned: FieldTree): Properties {
    const result: Properties = {};
    for (const [key, value] of Object.entries(inputs)) {
        const found = keepValue(value, live[key], owned[`f:${key}`]);
        if (found !== undefined) result[key] = found;
    }
    return result;
}

/** Undefined: the field is gone. */
function keepValue(input: Value, live: Value | undefined, owned: FieldTree | undefined): Value | undefined {
    const plain = reveal(input);
    // The server does not store what says nothing, nor Secrets' stringData.
    if (owned === undefined) return live === undefined && isEmpty(plain) ? input : live;
    if (isLeaf(owned)) return input;
    if (isSecret(input)) {
        const kept = keepValue(plain, live, owned);
        return kept === undefined ? undefined : secret(kept);
    }
    if (isObject(input) && isObject(live)) return keep(input, live, owned);
    if (!Array.isArray(input) || !Array.isArray(live)) return input;
    const kept = input.map((item) => {
        const key = Object.keys(owned).find((candidate) => matches(item, candidate));
        if (key === undefined) return undefined;
        const other = live.find((candidate) => matches(candidate, key)) ?? null;
        return keepValue(item, other, owned[key]);
    });
    return kept.filter((item) => item !== undefined);
}

const isEmpty = (value: Value): boolean =>
    value === null ||
    value === "" ||
    value === false ||
    value === 0 ||
    (typeof value === "object" && Object.keys(value).length === 0);

/** Whether an item of a list is the one that an entry of the tree is about. */
function matches(item: Value, entry: string): boolean {
    const plain = reveal(item);
    if (entry.startsWith("v:")) return JSON.stringify(plain) === entry.slice(2);
    if (!entry.startsWith("k:") || !isObject(plain)) return false;
    const keys = JSON.parse(entry.slice(2)) as Properties;
    // A key field that the inputs leave out has its default, e.g. the protocol of a port.
    return Object.values(mapValues(keys, (value, key) => plain[key] === undefined || plain[key] === value)).every(
        Boolean,
    );
}
