import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the binaries of a Kubernetes version say of themselves. Lists of words are apart by spaces. */
export interface ReleaseData {
    /** The version whose binaries were asked, such as v1.32.0. */
    version: string;
    /** Flags in the help of each component. */
    flags: Record<string, string>;
    /** Flags that a component takes though its help does not show them. */
    hidden: Record<string, string>;
    /** Feature gates in the help of each component: those that can still be switched. */
    gates: Record<string, string>;
    /** Flags of each component by the type of their values, as its help writes it; those that take any text are not listed. */
    types: Record<string, Record<string, string>>;
    /** Words that flags of each component take, where they take no others. */
    choices: Record<string, Record<string, string>>;
}

/** What the sources of a Kubernetes version say of its documents and names; `npm run types -- VERSION` writes them. */
export interface ReleaseTypes {
    /** The version whose sources were read, such as v1.32.0. */
    version: string;
    /** Feature gates that kubeadm knows. Words are apart by spaces. */
    kubeadmGates: string;
    /** Feature gates that the components know, those included that cannot be switched any more. */
    componentGates: string;
    /** Versions of each API group that the API server knows; the core group's name is empty. */
    apiVersions: Record<string, string>;
    /** The type of each kind of document. */
    documents: Record<string, string>;
    /** Fields of each type by name, each with its type: a basic one, a name of this list or of `words`, []T or map[string]T. */
    types: Record<string, Record<string, string>>;
    /** Words that a type of texts takes. */
    words: Record<string, string[]>;
}

/** Where the data of the minor versions are; `npm run flags -- VERSION` writes them. */
export const RELEASES_DIRECTORY = __dirname;

/** The data of a minor version, such as 32 for 1.32; undefined where there are none. */
export function releaseOf(minor: number): ReleaseData | undefined {
    return read<ReleaseData>(`v1.${minor}.json`);
}

/** The types of a minor version's documents; undefined where there are none. */
export function typesOf(minor: number): ReleaseTypes | undefined {
    return read<ReleaseTypes>(`types-v1.${minor}.json`);
}

/** The newest minor version whose documents' types are on record. */
export function newestMinorWithTypes(): number {
    const minors = readdirSync(RELEASES_DIRECTORY).flatMap((name) => /^types-v1\.(\d+)\.json$/.exec(name)?.[1] ?? []);
    return Math.max(...minors.map(Number));
}

/** The types of the newest version on record, against which documents of other versions are held. */
export function newestTypes(): ReleaseTypes | undefined {
    return typesOf(newestMinorWithTypes());
}

const files = new Map<string, unknown>();

function read<Data>(name: string): Data | undefined {
    const file = join(RELEASES_DIRECTORY, name);
    if (!files.has(name)) files.set(name, existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);
    return files.get(name) as Data | undefined;
}
