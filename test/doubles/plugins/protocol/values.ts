/**
 * Property values as they travel between the engine and a plug-in: plain JSON in which an object
 * with the key `SIGNATURE` stands for something JSON cannot say (a secret, an asset, an archive),
 * and one magic string for a value that is not known yet.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = Record<string, Value>;

export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The engine has a magic string for each type of unknown; they differ only in their first part. */
const UNKNOWNS = new Set([
    UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const isUnknown = (value: Value | undefined): boolean => typeof value === "string" && UNKNOWNS.has(value);

export const isObject = (value: Value | undefined): value is Properties =>
    typeof value === "object" && value !== null && !Array.isArray(value);

export const isSecret = (value: Value | undefined): value is { value: Value } =>
    isObject(value) && value[SIGNATURE] === SECRET;

/** Marks a value as secret: the engine encrypts it in the state and masks it in its output. */
export const secret = (value: Value): Properties => (isSecret(value) ? value : { [SIGNATURE]: SECRET, value });

/** The value with every secret in it laid open. */
export function reveal(value: Value): Value;
export function reveal(value: Value | undefined): Value | undefined;
export function reveal(value: Value | undefined): Value | undefined {
    if (Array.isArray(value)) return value.map((item) => reveal(item));
    if (isSecret(value)) return reveal(value.value);
    if (isObject(value)) return mapValues(value, (item) => reveal(item));
    return value;
}

export const revealAll = (properties: Properties): Properties => mapValues(properties, (value) => reveal(value));

export function containsSecret(value: Value | undefined): boolean {
    if (Array.isArray(value)) return value.some(containsSecret);
    return isSecret(value) || (isObject(value) && Object.values(value).some(containsSecret));
}

export function containsUnknown(value: Value | undefined): boolean {
    if (Array.isArray(value)) return value.some(containsUnknown);
    return isUnknown(value) || (isObject(value) && Object.values(value).some(containsUnknown));
}

/** Equality of content: secrecy, the order of keys, and keys without a value make no difference. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
    return compare(reveal(left), reveal(right));
}

function compare(left: Value | undefined, right: Value | undefined): boolean {
    if (left === right || (left ?? null) === (right ?? null)) return true;
    if (Array.isArray(left) && Array.isArray(right)) {
        return left.length === right.length && left.every((item, index) => compare(item, right[index]));
    }
    if (!isObject(left) || !isObject(right)) return false;
    // An asset is its content, wherever it was read from.
    if (left[SIGNATURE] !== undefined && left.hash !== undefined && left.hash === right.hash) return true;
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => compare(left[key], right[key]));
}

export function mapValues<A, B>(object: Record<string, A>, change: (value: A, key: string) => B): Record<string, B> {
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

export const without = <T>(object: Record<string, T>, ...keys: string[]): Record<string, T> =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/** A resource's name: the last part of its URN, which may itself hold the separator. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** A resource's type token: the last of the types in its URN. */
export const typeOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").pop() ?? "";
