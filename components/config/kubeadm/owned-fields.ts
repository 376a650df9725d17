import { Problem } from "../problem";
import { firstProblems } from "../nearest";
import { isGroup } from "../plain-values";
import { nodeAddress } from "../node-address";
import type { Fields } from "./merge";

/** What kubeadm writes into its examples: it says nothing. */
const EXAMPLE = { token: "abcdef.0123456789abcdef", name: "node", endpoint: "kube-apiserver:6443" };
const SOCKETS = ["unix:///var/run/containerd/containerd.sock", "unix:///run/containerd/containerd.sock"];
const SOCKET_FILES = SOCKETS.map((socket) => socket.replace("unix://", ""));
const API_PORT = 6443;

/** What of a configuration decides fields of kubeadm's documents. Nothing of it has been checked yet. */
export interface OwnValues {
    /** Names of the nodes. */
    names: unknown[];
    /** The first control plane node. */
    first: Fields;
}

/** The values of a configuration as it is given. */
export function ownValues(raw: Fields): OwnValues {
    const nodes = Array.isArray(raw.nodes) ? raw.nodes.filter(isGroup) : [];
    return { names: nodes.map(({ name }) => name), first: nodes.find(({ role }) => role === "control-plane") ?? {} };
}

/** A field that the program itself decides. */
interface OwnedField {
    field: string;
    /** The reason, or what to write instead. */
    why: string;
    /** Whether a value says what the program does anyhow, or nothing. */
    same: (value: unknown, own: OwnValues) => boolean;
}

const never = () => false;
const addressOf = ({ first }: OwnValues) => nodeAddress(first as { address: string; internalAddress?: string });
const equal = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const TAINTS: OwnedField = {
    field: "nodeRegistration.taints",
    why: "write nodes[].taints, or nodes[].schedulable",
    same: (value, { first }) =>
        equal(value, first.schedulable === true ? (first.taints ?? []) : undefined) ||
        (first.schedulable !== true &&
            first.taints === undefined &&
            equal(value, [{ effect: "NoSchedule", key: "node-role.kubernetes.io/control-plane" }])),
};
const SOCKET: OwnedField = {
    field: "nodeRegistration.criSocket",
    why: `the program installs containerd, with ${SOCKETS[0]}`,
    same: (value) => [...SOCKETS, ...SOCKET_FILES].includes(String(value)),
};
const DRY_RUN: OwnedField = {
    field: "dryRun",
    why: "nothing would be made; pulumi preview shows what would be",
    same: (value) => value === false,
};

const OWNED: Record<string, OwnedField[]> = {
    InitConfiguration: [
        {
            field: "nodeRegistration.name",
            why: "it is the node's name",
            same: (value, { first }) => value === EXAMPLE.name || value === first.name,
        },
        TAINTS,
        SOCKET,
        {
            field: "bootstrapTokens",
            why: "every worker gets a token of its own, as a secret",
            same: (value) =>
                Array.isArray(value) &&
                value.every((one) => isGroup(one) && [undefined, EXAMPLE.token].includes(one.token as string)),
        },
        { field: "certificateKey", why: "it is a secret, which a document is not", same: never },
        DRY_RUN,
        {
            field: "localAPIEndpoint",
            why: `it is nodes[].internalAddress, or else address, with the port ${API_PORT}`,
            same: (value, own) => {
                const { advertiseAddress = addressOf(own), bindPort = API_PORT } = isGroup(value)
                    ? value
                    : { bindPort: 0 };
                return advertiseAddress === addressOf(own) && bindPort === API_PORT;
            },
        },
    ],
    JoinConfiguration: [
        {
            field: "nodeRegistration.name",
            why: "it is each node's name",
            same: (value, { names }) => value === EXAMPLE.name || names.includes(value),
        },
        { ...TAINTS, same: (value) => equal(value, []) },
        SOCKET,
        {
            field: "caCertPath",
            why: "kubeadm keeps it in /etc/kubernetes/pki",
            same: (value) => value === "/etc/kubernetes/pki/ca.crt",
        },
        {
            field: "controlPlane",
            why: "joinConfiguration is the workers'; nodes with the role control-plane join with a certificate key of their own, and initConfiguration.nodeRegistration holds for them",
            same: never,
        },
        {
            field: "discovery",
            why: "every worker gets a token of its own and the pinned hash of the authority, as secrets",
            same: (value) => isGroup(value) && value.file === undefined && isExample(value.bootstrapToken),
        },
        DRY_RUN,
    ],
    ClusterConfiguration: [
        {
            field: "certificatesDir",
            why: "the program's steps read /etc/kubernetes/pki",
            same: (value) => value === "/etc/kubernetes/pki",
        },
    ],
};

function isExample(discovery: unknown): boolean {
    return isGroup(discovery) && discovery.token === EXAMPLE.token && discovery.apiServerEndpoint === EXAMPLE.endpoint;
}

/** Flags of the kubelet that the program itself decides; in a document for several nodes none is right. */
const OWNED_FLAGS: OwnedField[] = [
    {
        field: "node-ip",
        why: "it is nodes[].internalAddress, or else address",
        same: (value, own) => value === addressOf(own),
    },
    {
        field: "hostname-override",
        why: "it is the node's name",
        same: (value, { first }) => value === first.name,
    },
];

/** The paths of the fields that the program decides, by kind of document. */
export function ownedFields(kind: string): string[] {
    return (OWNED[kind] ?? []).map(({ field }) => field);
}

/** A document without what is the program's to decide, and what it says of that otherwise than the program does. */
export function withoutOwned(
    kind: string,
    document: Fields,
    path: string,
    own: OwnValues,
): { rest: Fields; problems: Problem[] } {
    const problems: Problem[] = [];
    let rest = document;
    for (const { field, why, same } of OWNED[kind] ?? []) {
        const keys = field.split(".");
        const value = keys.reduce<unknown>((at, key) => (isGroup(at) ? at[key] : undefined), document);
        if (value === undefined) continue;
        rest = without(rest, keys);
        if (!same(value, own)) problems.push(problem(`${path}.${field}`, why));
    }
    const flags = withoutOwnedFlags(rest.nodeRegistration, kind === "InitConfiguration", own);
    const at = `${path}.nodeRegistration.kubeletExtraArgs`;
    problems.push(...firstProblems(flags.refused, ({ field, why }) => problem(at, `${field}: ${why}`)));
    const { kept: kubeletExtraArgs } = flags;
    if (kubeletExtraArgs)
        rest = { ...rest, nodeRegistration: { ...(rest.nodeRegistration as Fields), kubeletExtraArgs } };
    return { rest, problems };
}

// The kubelet's flags without those, where there are any, and those that say something else than the program.
function withoutOwnedFlags(
    registration: unknown,
    ofOneNode: boolean,
    own: OwnValues,
): { kept?: unknown[]; refused: OwnedField[] } {
    const given = isGroup(registration) ? registration.kubeletExtraArgs : undefined;
    if (!Array.isArray(given)) return { refused: [] };
    const refused: OwnedField[] = [];
    const kept = given.filter((flag) => {
        const owned = isGroup(flag) ? OWNED_FLAGS.find(({ field }) => field === flag.name) : undefined;
        if (owned && !(ofOneNode && isGroup(flag) && owned.same(flag.value, own))) refused.push(owned);
        return !owned;
    });
    return kept.length === given.length ? { refused } : { kept, refused };
}

function problem(path: string, why: string): Problem {
    return { path, message: `is the program's to decide: ${why}; leave it out` };
}

/** A copy without the field at a path, nor the groups that are empty then. */
export function without(fields: Fields, [first = "", ...more]: string[]): Fields {
    const { [first]: value, ...others } = fields;
    if (more.length === 0) return others;
    const inner = isGroup(value) ? without(value, more) : {};
    return Object.keys(inner).length > 0 ? { ...others, [first]: inner } : others;
}
