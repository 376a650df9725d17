import { SIGNATURE, equal, isObject, reveal, type Properties, type Value } from "./values";
import type { Change } from "./provider";

/** Every property that differs, by its path in the engine's notation: `spec.ports[0].name`, `data["a.b"]`. */
export function changes(olds: Properties, news: Properties): Change[] {
    return [...walk("", reveal(olds), reveal(news))];
}

function* walk(path: string, old: Value | undefined, now: Value | undefined): Generator<Change> {
    if (equal(old, now)) return;
    if (isPlain(old) && isPlain(now)) {
        for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
            yield* walk(join(path, key), old[key], now[key]);
        }
    } else if (Array.isArray(old) && Array.isArray(now)) {
        for (let index = 0; index < Math.max(old.length, now.length); index++) {
            yield* walk(`${path}[${index}]`, old[index], now[index]);
        }
    } else {
        yield { path, kind: (old ?? null) === null ? "add" : (now ?? null) === null ? "delete" : "update" };
    }
}

const isPlain = (value: Value | undefined): value is Properties => isObject(value) && value[SIGNATURE] === undefined;

function join(path: string, key: string): string {
    if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === "" ? key : `${path}.${key}`;
}

/** The first part of a path: the property of the resource that it is in. */
export const topOf = (path: string): string => /^[^.[]*/.exec(path)?.[0] ?? path;
