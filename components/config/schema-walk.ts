import type { z } from "zod";

type Schema = z.core.$ZodType;

/** What a part of the schema is made of, without the wrappers for defaults and optional values. */
export interface SchemaParts {
    type: string;
    /** Of a list: what its entries are. */
    element?: Schema;
    /** Of a record: what its values are. */
    valueType?: Schema;
    /** Of an object: its fields. */
    shape?: Record<string, Schema>;
    /** Of a union: what it is one of. */
    options?: Schema[];
    /** Of a union: the field that tells which one. */
    discriminator?: string;
    /** Of a wrapper: what it wraps. */
    innerType?: Schema;
    /** Of a value that is changed after it was read: what is read. */
    in?: Schema;
}

/** The parts of a schema. */
export function partsOf(schema: Schema): SchemaParts {
    const parts = schema._zod.def as unknown as SchemaParts;
    const inner = parts.innerType ?? parts.in;
    return inner ? partsOf(inner) : parts;
}

/** The value of an own key: `__proto__` and its like are keys as any other. */
export function ownValue(value: unknown, key: PropertyKey): unknown {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<PropertyKey, unknown>)[key];
}

/** The value at a path. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce(ownValue, value);
}

/** The option of a discriminated union that a value says it is. */
export function chosenOption({ options = [], discriminator }: SchemaParts, value: unknown): Schema | undefined {
    if (discriminator === undefined) return undefined;
    const tag = ownValue(value, discriminator);
    return options.find((option) => {
        const field = partsOf(option).shape?.[discriminator];
        return field !== undefined && (field._zod.values?.has(tag as string) ?? false);
    });
}

/** The keys that may stand at a path of the schema, given what stands there. */
export function keysAt(schema: Schema, path: readonly PropertyKey[], value: unknown): string[] {
    const parts = partsOf(schema);
    if (parts.options) {
        const chosen = chosenOption(parts, value);
        const options = chosen ? [chosen] : parts.options;
        return [...new Set(options.flatMap((option) => keysAt(option, path, value)))];
    }
    const [first, ...rest] = path;
    if (first === undefined) return Object.keys(parts.shape ?? {});
    const next = parts.element ?? parts.shape?.[String(first)] ?? parts.valueType;
    return next ? keysAt(next, rest, ownValue(value, first)) : [];
}
