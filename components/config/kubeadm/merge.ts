import { type Group, isGroup } from "../plain-values";

/** A document or a part of it. */
export type Fields = Group;

/** A flag as v1beta4 takes it; a name may be repeated. */
export interface Arg {
    name: string;
    value: string;
}

/** Lays fields over others: groups are merged, flags by their names, everything else takes the place of what was there. */
export function mergeFields(base: Fields, over: Fields): Fields {
    const merged = new Map(Object.entries(base));
    for (const [key, value] of Object.entries(over)) merged.set(key, mergeValue(key, merged.get(key), value));
    return Object.fromEntries(merged);
}

function mergeValue(key: string, base: unknown, over: unknown): unknown {
    if (isGroup(base) && isGroup(over)) return mergeFields(base, over);
    if (/extraArgs$/i.test(key) && Array.isArray(base) && Array.isArray(over)) {
        const names = (over as Arg[]).map(({ name }) => name);
        return [...(base as Arg[]).filter(({ name }) => !names.includes(name)), ...(over as Arg[])];
    }
    return over;
}
