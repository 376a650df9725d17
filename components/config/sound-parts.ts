import { z } from "zod";
import { isGroup } from "./plain-values";
import { chosenOption, ownValue, partsOf } from "./schema-walk";

/** A value of which some parts may be missing, because what was found there is none. */
export type Sound<T> = T extends (infer Entry)[]
    ? (Sound<Entry> | undefined)[]
    : T extends object
      ? { [Key in keyof T]?: Sound<T[Key]> }
      : T;

/**
 * What is right of a value that is not right as a whole, with defaults where nothing is given. So the checks of what
 * belongs together find their faults at the same time as the schema finds its own.
 */
export function soundParts<Schema extends z.ZodType>(
    schema: Schema,
    raw: unknown,
): Sound<z.output<Schema>> | undefined {
    return partOf(schema, raw) as Sound<z.output<Schema>> | undefined;
}

function partOf(schema: z.core.$ZodType, raw: unknown): unknown {
    const whole = z.safeParse(schema, raw);
    if (whole.success) return whole.data;
    const parts = partsOf(schema);
    const { shape, element, valueType } = parts;
    if (parts.options) {
        const chosen = chosenOption(parts, raw);
        return chosen && partOf(chosen, raw);
    }
    if (element) return Array.isArray(raw) ? raw.map((entry) => partOf(element, entry)) : undefined;
    if (!isGroup(raw)) return undefined;
    if (shape) return fromKeys(Object.keys(shape), (key) => partOf(shape[key] as z.core.$ZodType, ownValue(raw, key)));
    if (valueType) return fromKeys(Object.keys(raw), (key) => partOf(valueType, ownValue(raw, key)));
    return undefined;
}

function fromKeys(keys: string[], value: (key: string) => unknown): Record<string, unknown> {
    return Object.fromEntries(keys.map((key) => [key, value(key)]));
}
