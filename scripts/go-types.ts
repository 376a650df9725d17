import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Fields of a type by their names in JSON, each with its type as Go writes it. */
export type TypeFields = Record<string, string>;

/** Types of Go as JSON has them, by name with a short form of the package, such as kubeadm.Etcd. */
export interface GoTypes {
    types: Record<string, TypeFields>;
    /** Words that a type of texts takes. */
    words: Record<string, string[]>;
}

/** A package whose types are read. */
export interface GoPackage {
    /** What stands before its types' names. */
    short: string;
    directory: string;
}

interface Source {
    structs: Map<string, string[]>;
    others: Map<string, string>;
    words: Map<string, string[]>;
    /** Import paths by the name that the source gives them. */
    imports: Map<string, string>;
}

/** Types whose JSON is another one than their fields' or their own type's. */
const OWN_FORM: Record<string, string> = {
    "k8s.io/apimachinery/pkg/apis/meta/v1.Duration": "duration",
    "k8s.io/apimachinery/pkg/apis/meta/v1.Time": "time",
    "k8s.io/apimachinery/pkg/api/resource.Quantity": "quantity",
    "k8s.io/apimachinery/pkg/api/resource.QuantityValue": "quantity",
    "k8s.io/component-base/logs/api/v1.TimeOrMetaDuration": "duration|int64",
    "k8s.io/kubernetes/cmd/kubeadm/app/apis/bootstraptoken/v1.BootstrapTokenString": "string",
};
const BASIC = /^(string|bool|u?int(8|16|32|64)?|float(32|64))$/;

/** Reads the types that some types are made of, from the source of their packages as gofmt writes it. */
export class GoTypeReader {
    private readonly sources = new Map<string, Source>();
    private readonly read: GoTypes = { types: {}, words: {} };

    /** @param packages by import path */
    constructor(private readonly packages: Record<string, GoPackage>) {}

    /** Adds a type with all that it is made of, and answers its name. */
    add(path: string, name: string): string {
        return this.named(path, name);
    }

    /** What has been read, in the order of the names. */
    result(): GoTypes {
        const sorted = <T>(values: Record<string, T>) =>
            Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
        return { types: sorted(this.read.types), words: sorted(this.read.words) };
    }

    private source(path: string): Source {
        const known = this.sources.get(path);
        if (known) return known;
        const directory = this.packages[path]?.directory;
        if (directory === undefined) throw new Error(`the package ${path} is not among those that are read`);
        const made = parse(goFiles(directory));
        this.sources.set(path, made);
        return made;
    }

    private named(path: string, name: string): string {
        const own = OWN_FORM[`${path}.${name}`];
        if (own !== undefined) return own;
        const { structs, others, words } = this.source(path);
        const short = `${this.packages[path]?.short}.${name}`;
        const lines = structs.get(name);
        if (lines) {
            if (!(short in this.read.types)) {
                this.read.types[short] = {};
                this.read.types[short] = this.fields(path, lines);
            }
            return short;
        }
        const underlying = others.get(name);
        if (underlying === undefined) throw new Error(`${path} has no type ${name}`);
        const form = this.form(path, underlying);
        const known = words.get(name);
        if (form !== "string" || known === undefined) return form;
        this.read.words[short] = known;
        return short;
    }

    private form(path: string, type: string): string {
        const bare = type.replace(/^\*/, "");
        const [, element] = /^\[\](.+)$/.exec(bare) ?? [];
        if (element !== undefined) return `[]${this.form(path, element)}`;
        const [, value] = /^map\[[\w.]+\](.+)$/.exec(bare) ?? [];
        if (value !== undefined) return `map[string]${this.form(path, value)}`;
        if (BASIC.test(bare)) return bare;
        const [, alias, name = bare] = /^(\w+)\.(\w+)$/.exec(bare) ?? [];
        if (alias === undefined) return this.named(path, name);
        const imported = this.source(path).imports.get(alias);
        if (imported === undefined) throw new Error(`${path} imports nothing as ${alias}`);
        return this.named(imported, name);
    }

    private fields(path: string, lines: string[]): TypeFields {
        const fields: TypeFields = {};
        for (const line of lines) {
            const [, declared = "", tag = ""] = /^\t(\S.*?)\s+`.*?json:"([^"]*)".*`/.exec(line) ?? [];
            const [key, ...options] = tag.split(",");
            const type = declared.split(/\s+/).at(-1) ?? "";
            if (declared === "" || key === "-" || type.endsWith("TypeMeta")) continue;
            const form = this.form(path, type);
            if (options.includes("inline")) Object.assign(fields, this.read.types[form]);
            else if (key !== undefined && key !== "") fields[key] = form;
        }
        return fields;
    }
}

/** The texts of a package's files, without tests and what a generator made. */
export function goFiles(directory: string): string[] {
    const names = readdirSync(directory).filter((name) => name.endsWith(".go") && !/_test\.go$|^zz_/.test(name));
    return names.sort().map((name) => readFileSync(join(directory, name), "utf8"));
}

function parse(files: string[]): Source {
    const source: Source = { structs: new Map(), others: new Map(), words: new Map(), imports: new Map() };
    for (const text of files) {
        for (const [, name = "", body = ""] of text.matchAll(/^type (\w+) struct \{\n([^]*?)^\}/gm))
            source.structs.set(name, body.split("\n"));
        for (const [, name = "", type = ""] of text.matchAll(/^type (\w+) =? ?([\w.[\]*]+)$/gm))
            source.others.set(name, type);
        for (const [, type = "", word = ""] of text.matchAll(/^(?:\t|const )\w+ +(\w+) += "(.*)"/gm))
            source.words.set(type, [...(source.words.get(type) ?? []), word]);
        const imports = [...text.matchAll(/^import (?:\(\n([^]*?)^\)|(.*)$)/gm)].map(
            ([, many, one]) => many ?? one ?? "",
        );
        for (const [, alias, path = ""] of imports.join("\n").matchAll(/^\s*(\w+)? *"([^"]+)"/gm))
            source.imports.set(alias ?? path.split("/").at(-1) ?? "", path);
    }
    return source;
}
