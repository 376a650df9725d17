import { z } from "zod";
import { Problem } from "../problem";
import { crossChecks } from "./cross-checks";
import { ClusterConfig, clusterConfigSchema } from "./schema";

function editDistance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            next[j] = Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
        }
        row = next;
    }
    return row[b.length] ?? 0;
}

/** The known word nearest to a misspelt one, where one is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
        .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    return best && best.distance <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/** A key that nobody reads, with the nearest one that is read. */
export function unknownKey(path: string, key: string, known: readonly string[]): Problem {
    const near = nearest(key, known);
    return { path, message: `is not a known key${near ? `; did you mean ${near}?` : ""}` };
}

function pathText(path: PropertyKey[]): string {
    return path.reduce<string>(
        (text, part) =>
            typeof part === "number" ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
        "",
    );
}

// What the parts of a schema are made of, as far as a path is followed through them.
interface SchemaParts {
    innerType?: z.core.$ZodType;
    element?: z.core.$ZodType;
    shape?: Record<string, z.core.$ZodType>;
    options?: z.core.$ZodType[];
}

// A schema without the wrappers for defaults and optional values.
function partsOf(schema: z.core.$ZodType | undefined): SchemaParts {
    const parts = (schema?._zod.def ?? {}) as unknown as SchemaParts;
    return parts.innerType ? partsOf(parts.innerType) : parts;
}

// The keys that stand at a path of the schema, for the nearest one to a misspelt key.
function keysAt(schema: z.core.$ZodType, path: PropertyKey[]): string[] {
    let current: z.core.$ZodType | undefined = schema;
    for (const part of path) {
        const parts: SchemaParts = partsOf(current);
        current = typeof part === "number" ? parts.element : parts.shape?.[String(part)];
    }
    const parts = partsOf(current);
    const shapes = parts.options ? parts.options.map((option) => partsOf(option).shape) : [parts.shape];
    return [...new Set(shapes.flatMap((shape) => Object.keys(shape ?? {})))];
}

function found(value: unknown, path: PropertyKey[]): string {
    const at = path.reduce<unknown>(
        (current, part) => (current as Record<PropertyKey, unknown> | undefined)?.[part],
        value,
    );
    return at === undefined ? "nothing" : JSON.stringify(at);
}

function issueProblems(issue: z.core.$ZodIssue, raw: unknown): Problem[] {
    const path = pathText(issue.path);
    if (issue.code === "unrecognized_keys") {
        const known = keysAt(clusterConfigSchema, issue.path);
        return issue.keys.map((key) => unknownKey(path ? `${path}.${key}` : key, key, known));
    }
    const expected = issue.message.startsWith("must")
        ? issue.message
        : issue.message.replace(/^Invalid (input|option): /, "");
    return [{ path, message: `${expected}; found ${found(raw, issue.path)}` }];
}

/** Either a whole configuration or everything that is wrong with it. */
export type Validated = { config: ClusterConfig; problems?: undefined } | { config?: undefined; problems: Problem[] };

/**
 * Checks the plain values of a stack's configuration.
 * @param raw an object with the keys of `kubeadm-cluster:` but the secret ones
 */
export function validateConfig(raw: unknown): Validated {
    const parsed = clusterConfigSchema.safeParse(raw);
    if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => issueProblems(issue, raw)) };
    const problems = crossChecks(parsed.data);
    return problems.length > 0 ? { problems } : { config: parsed.data };
}
