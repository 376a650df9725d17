import { z } from "zod";
import { Problem } from "./problem";
import { nearest, shownName, unknownKeys } from "./nearest";
import { withoutCredentials } from "./credentials";
import { isGroup } from "./plain-values";
import { keysAt, valueAt } from "./schema-walk";

/** How much of a value is shown. */
const LONGEST_FOUND = 80;

const TYPES: Record<string, string> = {
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a group of keys",
    record: "a group of keys",
};

function atLeastOrMost(word: "least" | "most", limit: number | bigint, origin: string): string {
    if (origin === "string") return limit === 1 ? "must not be empty" : `must have at ${word} ${limit} characters`;
    if (origin === "array") return `must have at ${word} ${limit} ${limit === 1 ? "entry" : "entries"}`;
    return `must be at ${word} ${limit}`;
}

/** What is expected, for all that has no text of its own in the schema. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
    switch (issue.code) {
        case "invalid_type":
            return `must be ${TYPES[issue.expected] ?? issue.expected}${issue.expected === "string" && typeof issue.input === "number" ? " in quotes" : ""}`;
        case "invalid_value":
            return oneOf(issue.values.map(String));
        case "too_small":
            return atLeastOrMost("least", issue.minimum, issue.origin);
        case "too_big":
            return atLeastOrMost("most", issue.maximum, issue.origin);
        default:
            return undefined;
    }
}

function oneOf(values: readonly string[]): string {
    return `must be ${values.length > 1 ? "one of " : ""}${values.join(", ")}`;
}

function pathText(path: readonly PropertyKey[]): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === "number") return `${text}[${part}]`;
        const name = shownName(withoutCredentials(String(part)));
        return text ? `${text}.${name}` : name;
    }, "");
}

/** A value as a message shows it; of a private key that went astray, nothing. */
function found(value: unknown): string {
    if (value === undefined) return "nothing";
    if (value === null) return "an empty key";
    const text = withoutCredentials(JSON.stringify(value));
    if (text.includes("PRIVATE KEY")) return "a private key, which is not shown";
    return text.length > LONGEST_FOUND ? `${text.slice(0, LONGEST_FOUND)}...` : text;
}

// The first keys of a group that are not known in it: enough to find a misspelt one among.
function strangers(group: object, known: readonly string[]): string[] {
    return Object.keys(group)
        .filter((key) => !known.includes(key))
        .slice(0, 100);
}

/** Makes problems of a schema's issues. */
export class IssueReader {
    /** @param isSecret whether what stands below a top-level key must not be shown */
    constructor(
        private readonly schema: z.ZodType,
        private readonly raw: unknown,
        private readonly isSecret: (key: string) => boolean,
    ) {}

    problems(issues: readonly z.core.$ZodIssue[]): Problem[] {
        return issues.flatMap((issue) => this.read(issue, issue.path));
    }

    private read(issue: z.core.$ZodIssue, path: PropertyKey[]): Problem[] {
        if (issue.code === "unrecognized_keys") return this.unknownKeys(issue.keys, path);
        if (issue.code === "invalid_union") {
            if (issue.discriminator !== undefined)
                return this.tag(issue.discriminator, "options" in issue ? (issue.options ?? []) : [], path);
            return this.union(issue.errors, path);
        }
        if (issue.code === "invalid_key") {
            const key = shownName(withoutCredentials(String(path.at(-1))));
            return issue.issues.map(({ message }) => ({ path: pathText(path), message: `${message}; found "${key}"` }));
        }
        // Reported already, as the key that is misspelt.
        if (valueAt(this.raw, path) === undefined && this.misspelt(path)) return [];
        const values = issue.code === "invalid_value" ? issue.values.map(String) : [];
        return [this.problem(path, issue.message, values)];
    }

    private problem(path: PropertyKey[], expected: string, values: readonly string[] = []): Problem {
        const value = valueAt(this.raw, path);
        const secret = this.isSecret(String(path[0]));
        const near = typeof value === "string" && !secret ? nearest(value, values) : undefined;
        const shown = secret && value !== undefined ? "a secret" : found(value);
        return { path: pathText(path), message: `${expected}; found ${shown}${near ? `; did you mean ${near}?` : ""}` };
    }

    private unknownKeys(keys: readonly string[], path: PropertyKey[]): Problem[] {
        const known = this.known(path);
        return unknownKeys(keys, known, (key) => pathText([...path, key]));
    }

    private known(path: PropertyKey[]): string[] {
        return keysAt(this.schema, path, this.raw);
    }

    // Whether an unknown key beside a missing one is that one, misspelt.
    private misspelt(path: PropertyKey[]): boolean {
        const beside = valueAt(this.raw, path.slice(0, -1));
        if (!isGroup(beside)) return false;
        const known = this.known(path.slice(0, -1));
        return strangers(beside, known).some((key) => nearest(key, known) === path.at(-1));
    }

    // The field that tells which kind is meant is missing or wrong.
    private tag(discriminator: string, tags: readonly unknown[], path: PropertyKey[]): Problem[] {
        const at = path.at(-1) === discriminator ? path : [...path, discriminator];
        const beside = at.slice(0, -1);
        if (valueAt(this.raw, at) === undefined && this.misspelt(at)) {
            const group = valueAt(this.raw, beside) as object;
            const known = this.known(beside);
            return this.unknownKeys(
                strangers(group, known).filter((key) => nearest(key, known) === discriminator),
                beside,
            );
        }
        const values = tags.map(String);
        return [this.problem(at, oneOf(values), values)];
    }

    // The issues of the option that was meant: the one whose kind of value was found.
    private union(errors: readonly z.core.$ZodIssue[][], path: PropertyKey[]): Problem[] {
        const meant = errors.filter(
            (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === "invalid_type"),
        );
        const [first] = meant;
        if (first) return first.flatMap((issue) => this.read(issue, [...path, ...issue.path]));
        const kinds = errors.flatMap((issues) =>
            issues.slice(0, 1).map(({ message }) => message.replace(/^must be /, "")),
        );
        return [this.problem(path, `must be ${[...new Set(kinds)].join(" or ")}`)];
    }
}
