import type { Problem } from "./problem";

/** What the text form of a path adds for a key. */
const below = (path: string, key: string | number) =>
    typeof key === "number" ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;

/** Keys and their values. */
export type Group = Record<string, unknown>;

/** Whether a value has keys: neither a list nor a single value. */
export function isGroup(value: unknown): value is Group {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a group and no more than that: not a resource, not a Date. */
function isPlainGroup(value: unknown): value is Group {
    if (!isGroup(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
}

/** All texts in a value, keys included. */
export function textsIn(value: unknown, above: readonly unknown[] = []): string[] {
    if (typeof value === "string") return [value];
    if (above.includes(value)) return [];
    const inside = [...above, value];
    if (Array.isArray(value)) return value.flatMap((entry) => textsIn(entry, inside));
    if (!isPlainGroup(value)) return [];
    return Object.entries(value).flatMap(([key, entry]) => [key, ...textsIn(entry, inside)]);
}

/**
 * The same value without what is no plain data, and where that was. A program can hand over anything: a resource instead
 * of one of its outputs, a function, a Date.
 * @param isLater whether a value comes from another resource
 */
export function plainValues(
    value: unknown,
    isLater: (value: unknown) => boolean,
): { plain: unknown; problems: Problem[] } {
    const problems: Problem[] = [];
    const refuse = (path: string, message: string): undefined => {
        problems.push({ path, message });
        return undefined;
    };
    const copy = (one: unknown, path: string, above: readonly unknown[]): unknown => {
        if (isLater(one))
            return refuse(
                path,
                "comes from another resource, and what is made depends on it: give a value that the program knows; only addresses, host keys and secrets may come from a resource",
            );
        if (above.includes(one)) return refuse(path, "holds itself: give plain data");
        const inside = [...above, one];
        if (Array.isArray(one)) return one.map((entry, index) => copy(entry, below(path, index), inside));
        if (isPlainGroup(one)) {
            const entries = Object.entries(one).map(([key, entry]) => [key, copy(entry, below(path, key), inside)]);
            return Object.fromEntries(entries);
        }
        const type = typeof one;
        if (one === null || ["string", "boolean", "undefined"].includes(type) || Number.isFinite(one)) return one;
        const what =
            type === "object"
                ? `a ${(one as object).constructor.name}`
                : typeof one === "number"
                  ? String(one)
                  : `a ${type}`;
        return refuse(path, `must be plain data; found ${what}`);
    };
    return { plain: copy(value, "", []), problems };
}
