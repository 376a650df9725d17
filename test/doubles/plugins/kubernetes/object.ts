import { isObject, isSecret, mapValues, secret, without, type Properties, type Value } from "../protocol/values";

/** A Kubernetes object; everything but these fields depends on its kind. */
export interface KubernetesObject {
    apiVersion: string;
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        generation?: number;
        uid?: string;
        annotations?: Record<string, string>;
        finalizers?: string[];
        [field: string]: unknown;
    };
    spec?: Record<string, unknown>;
    status?: Record<string, unknown>;
    [field: string]: unknown;
}

/** What the state holds besides the object itself. */
const OWN = "__";

/** The object that inputs (with their secrets laid open) or outputs describe. */
export function objectOf(plain: Properties): KubernetesObject {
    const fields = Object.entries(plain).filter(([key, value]) => !key.startsWith(OWN) && value !== null);
    return Object.fromEntries(fields) as unknown as KubernetesObject;
}

export const annotationsOf = (plain: Properties): Record<string, string> =>
    isObject(plain.metadata) && isObject(plain.metadata.annotations)
        ? (plain.metadata.annotations as Record<string, string>)
        : {};

/** For messages: Deployment kube-system/coredns. */
export const describe = ({ kind, metadata: { namespace, name } }: KubernetesObject): string =>
    `${kind} ${namespace ? `${namespace}/` : ""}${name}`;

export const idOf = ({ metadata: { namespace, name } }: KubernetesObject): string =>
    namespace ? `${namespace}/${name}` : name;

/** The live object as outputs: what is secret in the inputs is secret in it, and all content of a Secret is. */
export function outputsOf(live: KubernetesObject, inputs: Properties, fieldManager: string): Properties {
    const object = { ...live, metadata: without(live.metadata, "managedFields") } as unknown as Properties;
    const masked = mask(object, inputs) as Properties;
    if (live.kind === "Secret" && live.apiVersion === "v1") {
        for (const field of ["data", "stringData"]) {
            if (masked[field] !== undefined) masked[field] = secret(masked[field]);
        }
    }
    return { ...masked, __fieldManager: fieldManager, __initialApiVersion: live.apiVersion };
}

function mask(value: Value, like: Value | undefined): Value {
    if (isSecret(like)) return secret(value);
    if (Array.isArray(value) && Array.isArray(like)) return value.map((item, index) => mask(item, like[index]));
    if (isObject(value) && isObject(like)) return mapValues(value, (item, key) => mask(item, like[key]));
    return value;
}
