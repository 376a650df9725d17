import { readFileSync } from "node:fs";
import * as yaml from "yaml";
import { yamlText } from "../yaml-text";
import { withBooleans } from "../document-fields";
import { Problem } from "../problem";
import { newestTypes } from "../../releases";
import { nearest } from "../nearest";
import { isGroup } from "../plain-values";
import type { Fields } from "./merge";
import { convertDocument, CURRENT, GROUP, withArgLists } from "./old-forms";
import { otherTool } from "./other-tools";
import { ownedFields, without } from "./owned-fields";

/** The kinds of documents: their key in the configuration, and the version that is read. */
export const KINDS: Record<string, { key: string; apiVersion: string }> = {
    InitConfiguration: { key: "initConfiguration", apiVersion: CURRENT },
    ClusterConfiguration: { key: "clusterConfiguration", apiVersion: CURRENT },
    JoinConfiguration: { key: "joinConfiguration", apiVersion: CURRENT },
    KubeletConfiguration: { key: "kubeletConfiguration", apiVersion: "kubelet.config.k8s.io/v1beta1" },
    KubeProxyConfiguration: { key: "kubeProxyConfiguration", apiVersion: "kubeproxy.config.k8s.io/v1alpha1" },
};

/** Documents that kubeadm reads and this program does not, with the reason. */
const NOT_USED: Record<string, string> = {
    UpgradeConfiguration:
        "pulumi up upgrades after a change of kubernetes.version, one node after another, with flags of its own",
    ResetConfiguration: "pulumi destroy resets the hosts, with flags of its own",
    ClusterStatus: "kubeadm kept it itself, up to v1beta2",
};

/** The first minor release whose kubeadm reads the current form. */
const FIRST_WITH_CURRENT = 31;

/** More than any configuration of kubeadm, and still read in no time. */
const LONGEST_FILE = 1_000_000;

/** A document as it was given, and where. */
export interface GivenDocument {
    kind: string;
    fields: Fields;
    path: string;
}

/** Documents in today's form, and what is wrong with the form they were given in. */
export interface ReadDocuments {
    documents: GivenDocument[];
    problems: Problem[];
}

/** Reads a kubeadm.yaml. */
export function readFile(file: string, path: string, version: string): ReadDocuments {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        const message = `${file} cannot be read (${(error as NodeJS.ErrnoException).code}): give its path from the project's directory`;
        return { documents: [], problems: [{ path, message }] };
    }
    let values: unknown[];
    try {
        values = documentsOf(text);
    } catch (error) {
        const message = `${file} is no YAML that can be read: ${(error as Error).message.split("\n")[0]}`;
        return { documents: [], problems: [{ path, message }] };
    }
    const read = values.map((value) =>
        isGroup(value)
            ? readDocument(
                  asKubeadmReads(value),
                  value.kind === undefined ? path : `${path}:${word(value.kind)}`,
                  version,
              )
            : {
                  documents: [],
                  problems: [{ path, message: `${file} holds something that is no document: ${typeof value}` }],
              },
    );
    return join(read);
}

function asKubeadmReads(document: Fields): Fields {
    const types = newestTypes();
    return types ? withBooleans(types, String(document.kind), document) : document;
}

// What is behind an alias is copied at each of them: a file for kubeadm needs none, and a few make gigabytes.
function documentsOf(text: string): unknown[] {
    if (text.length > LONGEST_FILE) throw new Error(`it has more than ${LONGEST_FILE} characters`);
    const parsed = yaml.parseAllDocuments(text);
    const broken = (Array.isArray(parsed) ? parsed : []).flatMap(({ errors }) => errors);
    if (broken.length > 0) {
        const words = broken.slice(0, 3).map((error) => error.message.split("\n")[0]);
        throw new Error(words.join("; "));
    }
    return [...parsed].flatMap((document) => {
        yaml.visit(document, {
            Alias(_, { source }) {
                throw new Error(`it has the alias *${source}, which is not read: write out what it stands for`);
            },
        });
        const value = document.toJS() as unknown;
        return value === null ? [] : [value];
    });
}

/** Reads one document: of the form that is current, or of an older one, which is answered with the current form. */
export function readDocument(document: Fields, path: string, version: string): ReadDocuments {
    const { apiVersion, kind, ...fields } = document;
    const current = KINDS[String(kind)];
    if (current && apiVersion === current.apiVersion) return currentDocument(String(kind), fields, path);
    const isKubeadm = typeof apiVersion === "string" && apiVersion.startsWith(`${GROUP}/`);
    // kind's patches have none, and flags as a map.
    const isPatch = apiVersion === undefined && current?.apiVersion === CURRENT;
    if ((isKubeadm || isPatch) && isOldKind(String(kind))) {
        const { documents: converted, notes } = convertDocument(document, version);
        const left = notes.length > 0 ? `\n      left out: ${notes.join("; ")}` : "";
        const given = isPatch ? `has no apiVersion` : `is ${word(apiVersion)} ${word(kind)}`;
        const message = `${given}, which kubeadm ${version} does not read; as v1beta4 it is\n${indented(stream(printed(converted)))}${left}`;
        const documents = Object.entries(converted).map(([name, inner]) => ({ kind: name, fields: inner, path }));
        return { documents, problems: [{ path, message }] };
    }
    const unused = Object.hasOwn(NOT_USED, String(kind)) ? NOT_USED[String(kind)] : undefined;
    if (unused !== undefined && isKubeadm)
        return { documents: [], problems: [{ path, message: `is not used here: ${unused}; take the document out` }] };
    const tool = otherTool(apiVersion);
    if (tool !== undefined) return { documents: [], problems: [{ path, message: tool }] };
    if (kind === undefined)
        return {
            documents: [],
            problems: [{ path, message: `has no kind; write one of ${Object.keys(KINDS).join(", ")}` }],
        };
    const near = nearest(word(kind), Object.keys(KINDS));
    const message = current
        ? `has ${apiVersion === undefined ? "no apiVersion" : `apiVersion ${word(apiVersion)}`}; write ${current.apiVersion}`
        : `is no document that kubeadm reads; known are ${Object.keys(KINDS).join(", ")}${near ? `; did you mean ${near}?` : ""}`;
    return { documents: [], problems: [{ path, message }] };
}

function isOldKind(kind: string): boolean {
    return ["MasterConfiguration", "NodeConfiguration"].includes(kind) || KINDS[kind]?.apiVersion === CURRENT;
}

// Flags as a map were right up to v1beta3.
function currentDocument(kind: string, fields: Fields, path: string): ReadDocuments {
    if (!KINDS[kind]?.apiVersion.startsWith(GROUP)) return { documents: [{ kind, fields, path }], problems: [] };
    return { documents: [{ kind, fields: withArgLists(fields), path }], problems: argMaps(fields, path) };
}

function argMaps(fields: Fields, path: string): Problem[] {
    return Object.entries(fields).flatMap(([key, value]) => {
        if (!isGroup(value)) return [];
        const at = `${path}.${key}`;
        if (!/extraArgs$/i.test(key)) return argMaps(value, at);
        const message = `is a map, as up to v1beta3; v1beta4 takes a list\n${indented(yamlText(withArgLists({ [key]: value })))}`;
        return [{ path: at, message }];
    });
}

// What is the program's to decide is told by itself; it may be a secret, too. So is a version that reads no v1beta4.
function printed(documents: Record<string, Fields>): Record<string, Fields> {
    const entries = Object.entries(documents).map(([kind, fields]): [string, Fields] => [
        kind,
        [...ownedFields(kind), ...(isTooOld(fields.kubernetesVersion) ? ["kubernetesVersion"] : [])].reduce(
            (rest, field) => without(rest, field.split(".")),
            fields,
        ),
    ]);
    return Object.fromEntries(entries);
}

const word = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function isTooOld(version: unknown): boolean {
    const [, minor] = /^v?1\.(\d+)\.\d+$/.exec(String(version)) ?? [];
    return minor !== undefined && Number(minor) < FIRST_WITH_CURRENT;
}

function stream(documents: Record<string, Fields>): string {
    return Object.entries(documents)
        .map(([kind, fields]) => yamlText({ apiVersion: KINDS[kind]?.apiVersion, kind, ...fields }))
        .join("---\n");
}

function indented(text: string): string {
    return text.trimEnd().replace(/^/gm, "      ");
}

/** Several readings as one. */
export function join(read: ReadDocuments[]): ReadDocuments {
    return {
        documents: read.flatMap(({ documents }) => documents),
        problems: read.flatMap(({ problems }) => problems),
    };
}
