import { z } from "zod";
import { partsOf } from "./schema-walk";
import { clusterConfigSchema, SECRETS } from "./schema";

type Schema = z.core.$ZodType;

interface Row {
    path: string;
    type: string;
    fallback: string;
    description: string;
}

/**
 * The reference of the configuration, as Markdown: every key with its type, default and meaning.
 */
export function configReference(): string {
    const sections = Object.entries(clusterConfigSchema.shape).map(([key, schema]) => {
        const rows = fieldRows(key, schema).filter(({ path }) => path !== key);
        return [`## ${key}`, "", descriptionOf(schema), "", ...table(rows)].join("\n");
    });
    const secrets = Object.entries(SECRETS).map(([key, description]) => `| \`${key}\` | ${description} |`);
    return [
        "# Configuration",
        "",
        "Keys of `kubeadm-cluster:` in `Pulumi.STACK.yaml`. Made by `npm run schema` from the schema that checks them; do not edit.",
        "",
        "## Secrets",
        "",
        "Each set with `pulumi config set --secret KEY`; no other key takes a secret.",
        "",
        "| key | meaning |",
        "| --- | --- |",
        ...secrets,
        "",
        sections.join("\n\n"),
        "",
    ].join("\n");
}

function table(rows: Row[]): string[] {
    // A key that has no keys below it.
    if (rows.length === 0) return ["A text."];
    const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
    return [
        "| key | value | default | meaning |",
        "| --- | --- | --- | --- |",
        ...rows.map(({ path, type, fallback, description }) => {
            const standard = fallback === "" ? "" : `\`${cell(fallback)}\``;
            return `| \`${path}\` | ${cell(type)} | ${standard} | ${cell(description)} |`;
        }),
    ];
}

// A description stands on the outermost wrapper that was given one.
export function descriptionOf(schema: Schema): string {
    const own = z.globalRegistry.get(schema)?.description;
    const { innerType } = schema._zod.def as unknown as { innerType?: Schema };
    return own ?? (innerType ? descriptionOf(innerType) : "");
}

export function fallbackOf(schema: Schema): string {
    const { defaultValue, innerType } = schema._zod.def as unknown as { defaultValue?: unknown; innerType?: Schema };
    if (defaultValue !== undefined)
        return typeof defaultValue === "string" ? defaultValue : JSON.stringify(defaultValue);
    return innerType ? fallbackOf(innerType) : "";
}

function typeOf(schema: Schema): string {
    const { type, element, valueType, options, shape } = partsOf(schema);
    const values = [...(schema._zod.values ?? [])].filter((value) => value !== undefined).map(String);
    if (values.length > 0 && type !== "boolean") return values.join(", ");
    if (element) return `list of ${typeOf(element)}`;
    if (valueType) return `map to ${typeOf(valueType)}`;
    if (shape) return "group";
    if (options) return [...new Set(options.map(typeOf))].join(" or ");
    return { string: "text", int: "whole number", boolean: "true, false", unknown: "any" }[type] ?? type;
}

function fieldRows(path: string, schema: Schema): Row[] {
    const { shape, element, valueType, options, discriminator } = partsOf(schema);
    const below = (at: string, fields: Record<string, Schema>) =>
        Object.entries(fields).flatMap(([key, field]) => fieldRows(`${at}.${key}`, field));
    const fallback = fallbackOf(schema);
    const own = {
        path,
        type: typeOf(schema),
        // Defaults of a group stand at its fields.
        fallback: fallback === "{}" && shape ? "" : fallback,
        description: descriptionOf(schema),
    };
    if (discriminator !== undefined && options) return [own, ...optionRows(path, options, discriminator)];
    const inner = element ?? valueType;
    const group =
        shape ?? (inner && partsOf(inner).shape) ?? options?.map((option) => partsOf(option).shape).find(Boolean);
    if (!group) return inner && partsOf(inner).options ? [own, ...fieldRows(`${path}[]`, inner).slice(1)] : [own];
    return [own, ...below(shape || options ? path : element ? `${path}[]` : `${path}.NAME`, group)];
}

// The kinds of a union in one table: the tag first, then the fields of each kind, named where not all kinds have them.
function optionRows(path: string, options: Schema[], discriminator: string): Row[] {
    const kinds = options.map((option) => {
        const { [discriminator]: tag, ...fields } = partsOf(option).shape ?? {};
        return { tag, name: tag ? typeOf(tag) : "", fields };
    });
    const tag = {
        path: `${path}.${discriminator}`,
        type: kinds.map(({ name }) => name).join(", "),
        fallback: "",
        description: kinds.map((kind) => (kind.tag ? descriptionOf(kind.tag) : "")).find((text) => text !== "") ?? "",
    };
    const several = kinds.filter(({ fields }) => Object.keys(fields).length > 0).length > 1;
    const rows = kinds.flatMap(({ name, fields }) =>
        Object.entries(fields)
            .flatMap(([key, field]) => fieldRows(`${path}.${key}`, field))
            .map((row) => (several ? { ...row, description: `${name}: ${row.description}` } : row)),
    );
    return [tag, ...rows];
}
