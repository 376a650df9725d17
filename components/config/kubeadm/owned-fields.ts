import { Problem } from "../problem";
import { isGroup } from "../plain-values";
import type { Fields } from "./merge";

const NODE: Record<string, string> = {
    "nodeRegistration.name": "it is the node's name",
    "nodeRegistration.taints": "write nodes[].taints, or nodes[].schedulable",
    "nodeRegistration.criSocket": "the program installs containerd",
};

/** Fields that the program itself decides, with the reason or what to write instead. */
const OWNED: Record<string, Record<string, string>> = {
    InitConfiguration: {
        ...NODE,
        bootstrapTokens: "every worker gets a token of its own, as a secret",
        certificateKey: "it is a secret, which a document is not",
        dryRun: "nothing would be made; pulumi preview shows what would be",
        localAPIEndpoint: "it is nodes[].internalAddress, or else address, with the port 6443",
    },
    JoinConfiguration: {
        ...NODE,
        caCertPath: "kubeadm keeps it in /etc/kubernetes/pki",
        controlPlane: "only one control plane is supported yet",
        discovery: "every worker gets a token of its own and the pinned hash of the authority, as secrets",
        dryRun: "nothing would be made; pulumi preview shows what would be",
    },
    ClusterConfiguration: {
        certificatesDir: "the program's steps read /etc/kubernetes/pki",
    },
};

/** Flags of the kubelet that the program itself decides. */
const OWNED_FLAGS: Record<string, string> = {
    "node-ip": "it is nodes[].internalAddress, or else address",
    "hostname-override": "it is the node's name",
};

/** What a document gives that is the program's to decide. */
export function ownedFieldProblems(kind: string, document: Fields, path: string): Problem[] {
    const fields = Object.entries(OWNED[kind] ?? {}).flatMap(([field, why]) => {
        const value = field.split(".").reduce<unknown>((at, key) => (isGroup(at) ? at[key] : undefined), document);
        return value === undefined ? [] : [problem(`${path}.${field}`, why)];
    });
    const { nodeRegistration } = document;
    const flags = isGroup(nodeRegistration) ? nodeRegistration.kubeletExtraArgs : undefined;
    const entries = Array.isArray(flags) ? flags.filter(isGroup) : [];
    const owned = entries.flatMap(({ name }) => {
        const why = OWNED_FLAGS[String(name)];
        return why === undefined
            ? []
            : [problem(`${path}.nodeRegistration.kubeletExtraArgs`, `${String(name)}: ${why}`)];
    });
    return [...fields, ...owned];
}

function problem(path: string, why: string): Problem {
    return { path, message: `is the program's to decide: ${why}; leave it out` };
}
