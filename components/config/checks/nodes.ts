import * as net from "node:net";
import { Problem } from "../problem";
import type { SoundConfig, SoundNode } from "./sound-config";

/** What is wrong with the nodes among themselves. */
export function nodeProblems({ nodes = [], storage }: SoundConfig): Problem[] {
    return [...uniqueProblems(nodes), ...nodes.flatMap(oneNodeProblems), ...goneProblems(nodes, storage)];
}

function goneProblems(nodes: (SoundNode | undefined)[], storage: SoundConfig["storage"]): Problem[] {
    const used = storage?.addOn === "rook" ? (storage.nodes ?? []) : [];
    return nodes.flatMap((node, index) => {
        if (!node?.gone || !used.some((one) => one?.name === node.name)) return [];
        return [
            { path: `nodes[${index}].gone`, message: `${node.name} is still in storage.nodes; take it out there, too` },
        ];
    });
}

function uniqueProblems(nodes: (SoundNode | undefined)[]): Problem[] {
    // Hosts behind one address are told apart by the port, as behind a router that forwards.
    const dialled = ({ address, ssh, internalAddress }: SoundNode) =>
        internalAddress !== undefined && ssh?.port !== undefined ? `${address} port ${ssh.port}` : address;
    return [
        ...repeated(nodes, "name", ({ name }) => name),
        ...repeated(nodes, "address", (node) => node.address && dialled(node)?.toLowerCase()),
        ...repeated(nodes, "internalAddress", ({ internalAddress }) => internalAddress),
        ...crossed(nodes),
    ];
}

function repeated(
    nodes: (SoundNode | undefined)[],
    field: string,
    value: (node: SoundNode) => string | undefined,
): Problem[] {
    const values = nodes.map((node) => node && value(node));
    return values.flatMap((one, index) => {
        const first = values.indexOf(one);
        if (one === undefined || first === index) return [];
        return [{ path: `nodes[${index}].${field}`, message: `"${one}" is that of nodes[${first}] already` }];
    });
}

// An internal address that is another node's address: both would be the same host to the cluster.
function crossed(nodes: (SoundNode | undefined)[]): Problem[] {
    return nodes.flatMap((node, index) => {
        const address = node?.internalAddress;
        const other = nodes.findIndex(
            (one, at) => at !== index && address !== undefined && one?.address === address && !one.internalAddress,
        );
        if (other < 0) return [];
        const message = `"${address}" is the address of nodes[${other}] already`;
        return [{ path: `nodes[${index}].internalAddress`, message }];
    });
}

function oneNodeProblems(node: SoundNode | undefined, index: number): Problem[] {
    if (!node) return [];
    const problems: Problem[] = [];
    const path = `nodes[${index}]`;
    if (node.address !== undefined && node.internalAddress === undefined && !net.isIPv4(node.address)) {
        const what = net.isIPv6(node.address) ? "IPv6" : `the name "${node.address}"`;
        const message = `is needed, since address is ${what}: give the IPv4 address that the nodes use among themselves`;
        problems.push({ path: `${path}.internalAddress`, message });
    }
    if (node.role === "worker" && node.schedulable !== undefined) {
        const message = "is for the control plane only; give the worker a taint instead";
        problems.push({ path: `${path}.schedulable`, message });
    }
    for (const label of Object.keys(node.labels ?? {})) {
        const why = ownLabel(label);
        if (why !== undefined) problems.push({ path: `${path}.labels.${label}`, message: why });
    }
    const seen = new Map<string, number>();
    node.taints?.forEach((taint, at) => {
        if (!taint?.key) return;
        const why = ownTaint(taint.key, node.role);
        if (why !== undefined) problems.push({ path: `${path}.taints[${at}]`, message: why });
        // Kubernetes tells taints apart by key and effect.
        const identity = `${taint.key}:${taint.effect}`;
        const first = seen.get(identity);
        if (first === undefined) seen.set(identity, at);
        else {
            const message = `${identity} is that of taints[${first}] already: a node has one value of it`;
            problems.push({ path: `${path}.taints[${at}]`, message });
        }
    });
    return problems;
}

const CONTROL_PLANE_ROLES = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];
const OF_THE_KUBELET = ["hostname", "arch", "os"].flatMap((name) => [
    `kubernetes.io/${name}`,
    `beta.kubernetes.io/${name}`,
]);

// Why a label is not for a configuration.
function ownLabel(label: string): string | undefined {
    if (CONTROL_PLANE_ROLES.includes(label))
        return "is how Kubernetes and this program know the control plane's nodes; write the role control-plane, or take another label";
    if (OF_THE_KUBELET.includes(label))
        return "is written by the kubelet, with what it finds on the host; leave it out";
    return undefined;
}

// Why a taint is not for a configuration. Other roles than the control plane's are the owner's.
function ownTaint(key: string, role: SoundNode["role"]): string | undefined {
    if (CONTROL_PLANE_ROLES.includes(key)) {
        const instead = role === "worker" ? "take another key" : "use schedulable, or another key";
        return `${key} belongs to Kubernetes itself; ${instead}`;
    }
    if (/^node\.(cloudprovider\.)?kubernetes\.io\//.test(key))
        return `${key} belongs to Kubernetes itself, which sets it and takes it away; take another key`;
    return undefined;
}
