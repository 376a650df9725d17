import { Problem } from "../problem";
import { type GivenDocument, join, KINDS, readDocument, readFile, type ReadDocuments } from "./documents";
import { isGroup } from "../plain-values";
import { type Arg, type Fields, mergeFields } from "./merge";
import { readPatches } from "./patch-files";
import { type OwnValues, ownValues, without, withoutOwned } from "./owned-fields";

/** What fields of ClusterConfiguration are called in this configuration. */
const OWN_NAMES: [from: string[], to: string[]][] = [
    [["kubernetesVersion"], ["version"]],
    [["clusterName"], ["clusterName"]],
    [["controlPlaneEndpoint"], ["controlPlaneEndpoint"]],
    [["imageRepository"], ["imageRepository"]],
    [["networking", "podSubnet"], ["podSubnet"]],
    [["networking", "serviceSubnet"], ["serviceSubnet"]],
    [["networking", "dnsDomain"], ["dnsDomain"]],
    [
        ["apiServer", "certSANs"],
        ["apiServer", "certSANs"],
    ],
];
const DEFAULT_VERSION = "v1.32.0";

/** A configuration whose kubeadm documents are read. */
export interface Lifted {
    /** The configuration, with what it has settings of its own for moved to them. */
    raw: unknown;
    problems: Problem[];
    /** Where a path of it was given. */
    givenPath(path: string): string;
}

/**
 * Reads `kubernetes.kubeadm`: what the configuration has settings of its own for is moved there, so that it is checked
 * and used as if it had been given there. What remains is merged over the program's documents.
 */
export function liftKubeadm(raw: unknown): Lifted {
    const kubernetes = isGroup(raw) ? raw.kubernetes : undefined;
    const kubeadm = isGroup(kubernetes) ? kubernetes.kubeadm : undefined;
    if (!isGroup(raw) || !isGroup(kubernetes) || !isGroup(kubeadm))
        return { raw, problems: [], givenPath: (path) => path };
    const version = exactVersion(kubernetes.version);
    const { documents, problems } = readAll(kubeadm, version);
    const lift = new Lift(kubernetes, problems, ownValues(raw));
    for (const document of documents) lift.add(document);
    const read = readPatches(kubeadm.patches);
    problems.push(...read.problems);
    const rest = Object.fromEntries(
        Object.entries(kubeadm).filter(([key, value]) => !(isDocumentKey(key) && isGroup(value)) && key !== "file"),
    );
    return {
        raw: {
            ...raw,
            kubernetes: {
                ...lift.kubernetes,
                kubeadm: {
                    ...rest,
                    ...(kubeadm.patches !== undefined && { patches: read.patches }),
                    ...lift.remaining,
                },
            },
        },
        problems,
        givenPath: (path) => lift.givenPath(path),
    };
}

function exactVersion(version: unknown): string {
    return typeof version === "string" && /^v?1\.\d+\.\d+$/.test(version)
        ? version.replace(/^v?/, "v")
        : DEFAULT_VERSION;
}

const isDocumentKey = (key: string) => Object.values(KINDS).some((kind) => kind.key === key);

function readAll(kubeadm: Fields, version: string): ReadDocuments {
    const read = Object.entries(KINDS).flatMap(([kind, { key, apiVersion }]) => {
        const fields = kubeadm[key];
        if (!isGroup(fields)) return [];
        return [readDocument({ apiVersion, kind, ...fields }, `kubernetes.kubeadm.${key}`, version)];
    });
    if (typeof kubeadm.file !== "string") return join(read);
    return join([readFile(kubeadm.file, "kubernetes.kubeadm.file", version), ...read]);
}

class Lift {
    kubernetes: Fields;
    /** What no setting stands for, by key of `kubernetes.kubeadm`. */
    readonly remaining: Record<string, Fields> = {};
    private readonly places: [own: string, given: string][] = [];
    private readonly kinds = new Map<string, string>();

    constructor(
        kubernetes: Fields,
        private readonly problems: Problem[],
        private readonly own: OwnValues,
    ) {
        this.kubernetes = { ...kubernetes };
    }

    add({ kind, fields: given, path }: GivenDocument): void {
        const { key = kind } = KINDS[kind] ?? {};
        const earlier = this.kinds.get(kind);
        if (earlier !== undefined) {
            this.problems.push({ path, message: `${kind} is given in ${earlier}, too: keep one` });
            return;
        }
        this.kinds.set(kind, path);
        const fields = withoutNulls(given);
        if (kind === "KubeletConfiguration") return this.move(fields, ["kubelet"], path);
        if (kind === "KubeProxyConfiguration") return this.move(fields, ["kubeProxy"], path);
        const { rest, problems } = withoutOwned(kind, fields, path, this.own);
        this.problems.push(...problems);
        this.places.push([`kubernetes.kubeadm.${key}`, path]);
        this.remaining[key] = kind === "ClusterConfiguration" ? this.liftCluster(rest, path) : rest;
    }

    /** Where something was given that is now at a path of the settings. */
    givenPath(path: string): string {
        const place = this.places
            .filter(([own]) => path === own || path.startsWith(`${own}.`) || path.startsWith(`${own}[`))
            .sort(([a], [b]) => b.length - a.length)[0];
        return place ? place[1] + path.slice(place[0].length) : path;
    }

    private liftCluster(fields: Fields, path: string): Fields {
        let rest = structuredClone(fields);
        for (const [from, to] of OWN_NAMES) {
            const value = from.reduce<unknown>((at, key) => (isGroup(at) ? at[key] : undefined), rest);
            if (value === undefined) continue;
            this.move(value, to, `${path}.${from.join(".")}`);
            rest = without(rest, from);
        }
        for (const component of ["apiServer", "controllerManager", "scheduler"]) {
            const settings = rest[component];
            if (!isGroup(settings) || !Array.isArray(settings.extraArgs)) continue;
            const repeated = this.liftFlags(component, settings.extraArgs, `${path}.${component}.extraArgs`);
            rest = without(rest, [component, "extraArgs"]);
            if (repeated.length > 0) rest = mergeFields(rest, { [component]: { extraArgs: repeated } });
        }
        return rest;
    }

    // Flags given once become settings; one that is repeated has no such form and stays as it is.
    private liftFlags(component: string, args: unknown[], path: string): Arg[] {
        const counts = new Map<unknown, number>();
        for (const arg of args) if (isGroup(arg)) counts.set(arg.name, (counts.get(arg.name) ?? 0) + 1);
        const settings = this.kubernetes[component];
        const present = isGroup(settings) && isGroup(settings.extraArgs) ? settings.extraArgs : {};
        const moved: Fields = {};
        const repeated = args.flatMap((arg, index) => {
            if (!isGroup(arg) || typeof arg.name !== "string" || typeof arg.value !== "string") {
                const message = "must be a flag of the form {name: ..., value: '...'}, both texts in quotes";
                this.problems.push({ path: `${path}[${index}]`, message: `${message}; found ${JSON.stringify(arg)}` });
                return [];
            }
            if ((counts.get(arg.name) ?? 0) > 1) return [{ name: arg.name, value: arg.value }];
            const own = `kubernetes.${component}.extraArgs.${arg.name}`;
            const given = `${path}[${index}]`;
            if (Object.hasOwn(present, arg.name)) {
                this.problems.push({ path: given, message: `is given as ${own}, too: keep one` });
                return [];
            }
            this.places.push([own, given]);
            moved[arg.name] = arg.value;
            return [];
        });
        // At once: one by one, each would copy all that are there.
        if (Object.keys(moved).length > 0)
            this.kubernetes = mergeFields(this.kubernetes, { [component]: { extraArgs: moved } });
        return repeated;
    }

    private move(value: unknown, to: string[], given: string): void {
        const own = ["kubernetes", ...to].join(".");
        const present = to.reduce<unknown>((at, key) => (isGroup(at) ? at[key] : undefined), this.kubernetes);
        if (isGroup(value) && isGroup(present)) {
            for (const [key, inner] of Object.entries(value)) this.move(inner, [...to, key], `${given}.${key}`);
            return;
        }
        if (present !== undefined) {
            if (sameValue(present, value)) return;
            this.problems.push({ path: given, message: `is given as ${own}, too: keep one` });
            return;
        }
        this.places.push([own, given]);
        const wrapped = to.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
        this.kubernetes = mergeFields(this.kubernetes, wrapped as Fields);
    }
}

// A version may be given with its v and without.
function sameValue(one: unknown, other: unknown): boolean {
    const plain = (value: unknown) => JSON.stringify(value).replace(/^"v(\d)/, '"$1');
    return plain(one) === plain(other);
}

// What is empty in YAML is not given.
function withoutNulls(fields: Fields): Fields {
    const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
    return Object.fromEntries(given.map(([key, value]) => [key, isGroup(value) ? withoutNulls(value) : value]));
}
