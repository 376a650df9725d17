import { z } from "zod";
import { descriptionOf, fallbackOf } from "./reference";
import { partsOf } from "./schema-walk";
import { clusterConfigSchema, SECRETS } from "./schema";

type Schema = z.core.$ZodType;

/**
 * Where a value may come from another resource: what tells hosts apart is known once the machines are made, and so are
 * the addresses that lead to the API server. All else decides which resources there are, and has to be known before.
 */
const INPUTS = new Set([
    "nodes[].address",
    "nodes[].internalAddress",
    "nodes[].hostKey",
    "nodes[].ssh.hostKey",
    "nodes[].ssh.bastion.host",
    "nodes[].ssh.bastion.hostKey",
    "ssh.hostKey",
    "ssh.bastion.host",
    "ssh.bastion.hostKey",
    "kubernetes.controlPlaneEndpoint",
    "kubernetes.vip.address",
]);

const HEADING = "// Made by `npm run schema` from the schema that checks the configuration; do not edit.\n";

/**
 * Arguments of KubeadmCluster as plain interfaces, by file name: one file for each part of the configuration. Other
 * languages read them, which know no unions: a word of several is a text, and the kinds of an add-on are one interface.
 */
export function argsSources(): Record<string, string> {
    const parts = Object.entries(clusterConfigSchema.shape).map(([key, schema]) => {
        const made: string[] = [];
        const type = typeOf(key, schema, made);
        return { key, schema, type, file: fileName(key), made };
    });
    const files = parts.filter(({ made }) => made.length > 0);
    const fields = parts.map(({ key, schema, type }) => field(key, key, schema, type));
    const secrets = Object.entries(SECRETS).map(
        ([key, meaning]) => `    /** ${meaning} Secret. */\n    ${key}?: pulumi.Input<string>;`,
    );
    const imports = files.map(({ type, file }) => `import { ${type.replace("[]", "")} } from "./${file}";`);
    const cluster = [
        HEADING,
        'import * as pulumi from "@pulumi/pulumi";',
        ...imports,
        "",
        "/** Arguments of KubeadmCluster. */",
        "export interface KubeadmClusterArgs {",
        ...fields,
        ...secrets,
        "}",
        "",
    ].join("\n");
    const exported = ["cluster", ...files.map(({ file }) => file)].sort();
    return {
        index: `${HEADING}\n${exported.map((file) => `export * from "./${file}";`).join("\n")}\n`,
        cluster,
        ...Object.fromEntries(
            files.map(({ file, made }) => {
                const text = made.join("\n");
                const sdk = text.includes("pulumi.Input<") ? 'import * as pulumi from "@pulumi/pulumi";\n\n' : "";
                return [file, `${HEADING}${sdk === "" ? "" : "\n"}${sdk}${sdk === "" ? "\n" : ""}${text}`];
            }),
        ),
    };
}

function fileName(key: string): string {
    return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Of a path such as storage.nodes[].devices[]: StorageNodeDeviceArgs. */
function interfaceName(path: string): string {
    const words = path
        .split(".")
        .map((part) => (part.endsWith("s[]") ? part.slice(0, -3) : part.replace(/[^A-Za-z]/g, "")));
    return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}Args`;
}

function field(path: string, key: string, schema: Schema, type: string): string {
    const optional = mayBeLeftOut(schema) ? "?" : "";
    const fallback = fallbackOf(schema);
    const values = wordsOf(schema);
    const known = [
        descriptionOf(schema),
        values.length > 1 && !descriptionOf(schema).includes(values[0] ?? "") ? `One of: ${values.join(", ")}.` : "",
        fallback !== "" && fallback !== "{}" && fallback !== "[]" && !type.endsWith("Args")
            ? `Default: ${fallback}.`
            : "",
    ];
    const text = known
        .filter((part) => part !== "")
        .join(" ")
        .replaceAll("*/", "* /");
    const whole = INPUTS.has(path) ? `pulumi.Input<${type}>` : type;
    return `    /** ${text} */\n    ${key}${optional}: ${whole};`;
}

function mayBeLeftOut(schema: Schema): boolean {
    const { type, innerType } = schema._zod.def as unknown as { type: string; innerType?: Schema };
    return ["optional", "default", "prefault"].includes(type) || (innerType !== undefined && mayBeLeftOut(innerType));
}

// What is a word of several, such as binaries, packages, none.
function wordsOf(schema: Schema): string[] {
    if (partsOf(schema).type === "boolean") return [];
    return [...(schema._zod.values ?? [])].filter((value) => typeof value === "string");
}

/** The type of a value; interfaces that it needs are added to `made`, the outermost last. */
function typeOf(path: string, schema: Schema, made: string[]): string {
    const { type, element, valueType, options, shape } = partsOf(schema);
    if (element) return `${typeOf(`${path}[]`, element, made)}[]`;
    if (valueType) return `{ [key: string]: ${typeOf(path, valueType, made)} }`;
    if (shape) return madeInterface(path, schema, shape, made);
    if (options) {
        const shapes = options.map((option) => partsOf(option).shape).filter((each) => each !== undefined);
        if (shapes.length === 0) return typeOf(path, options[0] as Schema, made);
        return madeInterface(path, schema, merged(shapes), made);
    }
    return (
        { string: "string", enum: "string", literal: "string", int: "number", number: "number", boolean: "boolean" }[
            type
        ] ?? "any"
    );
}

// The fields of all kinds of an add-on: what one of them lacks is optional.
function merged(shapes: Record<string, Schema>[]): Record<string, Schema> {
    return Object.assign({}, ...shapes.toReversed()) as Record<string, Schema>;
}

function madeInterface(path: string, schema: Schema, shape: Record<string, Schema>, made: string[]): string {
    const name = interfaceName(path);
    const fields = Object.entries(shape).map(([key, each]) => {
        const at = `${path}.${key}`;
        return field(at, key, each, typeOf(at, each, made));
    });
    const description = descriptionOf(schema) || `An entry of ${path}.`;
    made.push(`/** ${description} */\nexport interface ${name} {\n${fields.join("\n")}\n}\n`);
    return name;
}
