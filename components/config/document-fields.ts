import { meant, MOST_TOLD, shownName } from "./nearest";
import { isGroup } from "./plain-values";
import { isDuration, isQuantity, isTime } from "./value-forms";
import { type ReleaseTypes } from "../releases";

/** Something that a document has and its type does not allow. */
export interface FieldFault {
    path: string;
    message: string;
    /** True where the type has no such field: a newer version may have it. */
    unknown: boolean;
}

/** What a value must be, in words, and how it is told. */
interface Form {
    /** As in "must be a list of ...". */
    words: string;
    /** As in "must be a group of keys, each ..." */
    each: string;
    is: (value: unknown) => boolean;
}

const whole = (bits: number, signed: boolean): Form => {
    const most = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
    const least = signed ? -(2 ** (bits - 1)) : 0;
    const is = (value: unknown) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
    return { words: "whole numbers", each: "a whole number", is };
};
const text = (each: string, is: (value: string) => boolean = () => true): Form => ({
    words: "texts",
    each,
    is: (value) => typeof value === "string" && is(value),
});
const number: Form = { words: "numbers", each: "a number", is: Number.isFinite };

const FORMS: Record<string, Form> = {
    string: text("a text in quotes"),
    bool: { words: "true or false", each: "true or false", is: (value) => typeof value === "boolean" },
    int: whole(64, true),
    int32: whole(32, true),
    int64: whole(64, true),
    uint32: whole(32, false),
    float32: number,
    float64: number,
    duration: text("a duration in quotes, such as 30s, 5m or 1h30m", isDuration),
    "duration|int64": {
        words: "durations",
        each: "a duration in quotes, such as 5s",
        is: (value) => Number.isInteger(value) || (typeof value === "string" && isDuration(value)),
    },
    time: text("a time in quotes, such as 2026-11-23T08:00:00Z", isTime),
    quantity: {
        words: "quantities",
        each: "a quantity in quotes, such as 500m or 1Gi",
        is: (value) => isQuantity(typeof value === "number" ? String(value) : value),
    },
};

/** Looks through a document of a release. What is null counts as not given. */
export class DocumentFields {
    private readonly faults: FieldFault[] = [];

    constructor(
        private readonly release: ReleaseTypes,
        private readonly kind: string,
    ) {}

    /** What is wrong with the fields of a document that stands at a path. */
    check(fields: Record<string, unknown>, path: string): FieldFault[] {
        const type = this.release.documents[this.kind];
        if (type !== undefined) this.group(type, fields, path);
        return this.faults;
    }

    private fault(path: string, message: string, unknown = false): void {
        this.faults.push({ path, message, unknown });
    }

    private group(type: string, values: Record<string, unknown>, path: string): void {
        const fields = this.release.types[type] ?? {};
        for (const [key, value] of Object.entries(values)) {
            if (value === undefined) continue;
            const at = `${path}.${shownName(key)}`;
            if (!Object.hasOwn(fields, key)) this.fault(at, this.stranger(key, Object.keys(fields)), true);
            else if (value !== null) this.value(fields[key] ?? "", value, at);
        }
    }

    private stranger(key: string, known: string[]): string {
        // Nobody reads more, and each takes its time.
        if (this.faults.length >= MOST_TOLD) return "is not known";
        const said = `${this.kind} of Kubernetes ${this.release.version.replace(/^v(\d+\.\d+).*/, "$1")} has no such field here`;
        const sameLetters = known.find((name) => name.toLowerCase() === key.toLowerCase());
        if (sameLetters !== undefined) return `${said}: write it as ${sameLetters}`;
        const others = Object.entries(this.release.documents).filter(
            ([kind, type]) => kind !== this.kind && Object.hasOwn(this.release.types[type] ?? {}, key),
        );
        if (others.length > 0) return `${said}: it belongs to ${others.map(([kind]) => kind).join(" or ")}`;
        return said + meant(key, known);
    }

    private value(type: string, value: unknown, path: string): void {
        const [, element] = /^\[\](.+)$/.exec(type) ?? [];
        if (element !== undefined) return this.list(element, value, path);
        const [, entry] = /^map\[string\](.+)$/.exec(type) ?? [];
        if (entry !== undefined) return this.map(entry, value, path);
        if (type in this.release.types) {
            if (isGroup(value)) this.group(type, value, path);
            else this.wrong(path, "a group of keys", value);
            return;
        }
        const form = this.form(type);
        if (!form.is(value)) this.wrong(path, form.each, value);
    }

    private list(type: string, value: unknown, path: string): void {
        if (type in this.release.types) {
            if (!Array.isArray(value) || !value.every(isGroup))
                return this.wrong(path, "a list of groups of keys", value);
            value.forEach((entry, index) => this.group(type, entry, `${path}[${index}]`));
            return;
        }
        const form = this.form(type);
        if (!Array.isArray(value) || !value.every(form.is)) this.wrong(path, `a list of ${form.words}`, value);
    }

    private map(type: string, value: unknown, path: string): void {
        const list = /^\[\](.+)$/.exec(type)?.[1];
        const form = this.form(list ?? type);
        const each = list === undefined ? form.each : `a list of ${form.words}`;
        const is = (one: unknown) => (list === undefined ? form.is(one) : Array.isArray(one) && one.every(form.is));
        if (!isGroup(value) || !Object.values(value).every(is))
            this.wrong(path, `a group of keys, each ${each}`, value);
    }

    private form(type: string): Form {
        const words = this.release.words[type];
        if (words === undefined) return FORMS[type] ?? { words: "values", each: "a value", is: () => true };
        const known = words.filter((word) => word !== "");
        return text(known.length === 1 ? String(known[0]) : `one of ${known.join(", ")}`, (value) =>
            ["", ...words].includes(value),
        );
    }

    private wrong(path: string, what: string, value: unknown): void {
        const quoted =
            typeof value === "string" && /number|true or false/.test(what) && /^(\d+|true|false)$/.test(value);
        const found = shownName(JSON.stringify(value) ?? "nothing");
        this.fault(path, `must be ${what}; found ${found}${quoted ? ": take the quotes away" : ""}`);
    }
}

/** A document without the fields that its type does not have, and the paths of those. */
export function knownFields(
    release: ReleaseTypes,
    kind: string,
    document: Record<string, unknown>,
): { known: Record<string, unknown>; dropped: string[] } {
    const dropped: string[] = [];
    const kept = (type: string, value: unknown, path: string): unknown => {
        const element = /^\[\](.+)$/.exec(type)?.[1];
        if (element !== undefined && Array.isArray(value))
            return value.map((entry, index) => kept(element, entry, `${path}[${index}]`));
        const fields = release.types[type];
        if (!fields || !isGroup(value)) return value;
        const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
            const at = path === "" ? key : `${path}.${key}`;
            if (Object.hasOwn(fields, key)) return [[key, kept(fields[key] ?? "", inner, at)]];
            dropped.push(at);
            return [];
        });
        return Object.fromEntries(entries);
    };
    return { known: kept(release.documents[kind] ?? "", document, "") as Record<string, unknown>, dropped };
}

const YES = /^(y|yes|on)$/i;
const NO = /^(n|no|off)$/i;

/**
 * A document in which the words that YAML 1.1 has for true and false are these where the type wants one: kubeadm reads
 * version 1.1. Elsewhere they stay the words that they look like.
 */
export function withBooleans(release: ReleaseTypes, kind: string, document: Record<string, unknown>) {
    const read = (type: string, value: unknown): unknown => {
        if (type === "bool" && typeof value === "string")
            return YES.test(value) ? true : NO.test(value) ? false : value;
        const element = /^(?:\[\]|map\[string\])(.+)$/.exec(type)?.[1];
        if (element !== undefined && Array.isArray(value)) return value.map((entry) => read(element, entry));
        const fields = release.types[type];
        if (!isGroup(value) || (element === undefined && !fields)) return value;
        const typeOf = (key: string) =>
            element ?? (fields && Object.hasOwn(fields, key) ? fields[key] : undefined) ?? "";
        return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, read(typeOf(key), entry)]));
    };
    return read(release.documents[kind] ?? "", document) as Record<string, unknown>;
}
