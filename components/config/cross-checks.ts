import * as net from "node:net";
import { Problem } from "../problem";
import { validateNetwork } from "../network";
import { validateStorage } from "../storage/validate";
import { REMOVED_FLAGS } from "./removed-flags";
import { ClusterConfig } from "./schema";

/** The oldest minor version whose kubeadm reads v1beta4 documents. */
const FIRST_MINOR_WITH_V1BETA4 = 31;

function minor(version: string): number {
    return Number(version.split(".")[1]);
}

function nodeProblems(config: ClusterConfig): Problem[] {
    const problems: Problem[] = [];
    const masters = config.nodes.filter((node) => node.role === "control-plane");
    if (masters.length === 0)
        problems.push({ path: "nodes", message: "no node has the role control-plane; exactly one must" });
    if (masters.length > 1) {
        const names = masters.map((node) => node.name).join(", ");
        problems.push({
            path: "nodes",
            message: `${names} all have the role control-plane; only one is supported yet`,
        });
    }
    const seen = {
        name: new Map<string, number>(),
        address: new Map<string, number>(),
        internalAddress: new Map<string, number>(),
    };
    config.nodes.forEach((node, index) => {
        for (const field of ["name", "address", "internalAddress"] as const) {
            const value = node[field];
            if (value === undefined) continue;
            const first = seen[field].get(value);
            if (first === undefined) seen[field].set(value, index);
            else
                problems.push({
                    path: `nodes[${index}].${field}`,
                    message: `"${value}" is that of nodes[${first}] already`,
                });
        }
        if (node.internalAddress === undefined && !net.isIPv4(node.address)) {
            problems.push({
                path: `nodes[${index}].internalAddress`,
                message: `is needed, since address is the name "${node.address}": give the IPv4 address that the nodes use among themselves`,
            });
        }
        if (node.role === "worker" && node.schedulable !== undefined) {
            problems.push({
                path: `nodes[${index}].schedulable`,
                message: "is for the control plane only; give the worker a taint instead",
            });
        }
        node.taints.forEach((taint, at) => {
            if (/^node(-role)?\.kubernetes\.io\//.test(taint.key)) {
                problems.push({
                    path: `nodes[${index}].taints[${at}]`,
                    message: `${taint.key} belongs to Kubernetes itself; use schedulable, or another key`,
                });
            }
        });
    });
    return problems;
}

function flagProblems(config: ClusterConfig): Problem[] {
    const given = {
        "kube-apiserver": { path: "kubernetes.apiServer", flags: config.kubernetes.apiServer.extraArgs },
        "kube-controller-manager": {
            path: "kubernetes.controllerManager",
            flags: config.kubernetes.controllerManager.extraArgs,
        },
        "kube-scheduler": { path: "kubernetes.scheduler", flags: config.kubernetes.scheduler.extraArgs },
    };
    return Object.entries(given).flatMap(([component, { path, flags }]) =>
        Object.keys(flags).flatMap((flag) => {
            if (flag.startsWith("-"))
                return [{ path: `${path}.extraArgs.${flag}`, message: "write the flag without leading dashes" }];
            const removed = REMOVED_FLAGS.find((row) => row.component === component && row.flag === flag);
            if (!removed || minor(config.kubernetes.version) < removed.removedIn) return [];
            const message = `${component} has no such flag since Kubernetes 1.${removed.removedIn} and would not start; ${removed.instead}`;
            return [{ path: `${path}.extraArgs.${flag}`, message }];
        }),
    );
}

function range(cidr: string): [number, number] {
    const [address = "0.0.0.0", bits = "32"] = cidr.split("/");
    const start = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    const size = 2 ** (32 - Number(bits));
    return [start - (start % size), start - (start % size) + size - 1];
}

function overlap(a: string, b: string): boolean {
    const [[firstA, lastA], [firstB, lastB]] = [range(a), range(b)];
    return firstA <= lastB && firstB <= lastA;
}

function subnetProblems(config: ClusterConfig): Problem[] {
    const { podSubnet, serviceSubnet } = config.kubernetes;
    const problems: Problem[] = [];
    if (overlap(podSubnet, serviceSubnet)) {
        problems.push({
            path: "kubernetes.podSubnet",
            message: `${podSubnet} overlaps serviceSubnet ${serviceSubnet}`,
        });
    }
    config.nodes.forEach((node, index) => {
        const address = nodeAddress(node);
        for (const [name, subnet] of Object.entries({ podSubnet, serviceSubnet })) {
            if (net.isIPv4(address) && overlap(subnet, `${address}/32`)) {
                problems.push({
                    path: `kubernetes.${name}`,
                    message: `${subnet} holds the address ${address} of nodes[${index}]`,
                });
            }
        }
    });
    return problems;
}

/** The address that the other nodes use for a node. */
export function nodeAddress(node: { address: string; internalAddress?: string }): string {
    return node.internalAddress ?? node.address;
}

/** What is wrong with values that are each of the right form but do not fit together. */
export function crossChecks(config: ClusterConfig): Problem[] {
    const problems = [...nodeProblems(config), ...flagProblems(config), ...subnetProblems(config)];
    if (minor(config.kubernetes.version) < FIRST_MINOR_WITH_V1BETA4) {
        const message = `${config.kubernetes.version} is too old: its kubeadm does not read v1beta4 documents; take 1.${FIRST_MINOR_WITH_V1BETA4} or later`;
        problems.push({ path: "kubernetes.version", message });
    }
    const network = validateNetwork({ ...config.network, podSubnet: config.kubernetes.podSubnet });
    const pathOf = (path: string) => (path === "podSubnet" ? "kubernetes.podSubnet" : `network.${path}`);
    const storage = validateStorage(config.storage, {
        nodes: config.nodes,
        kubernetesVersion: config.kubernetes.version,
    });
    return [
        ...problems,
        ...network.map(({ path, message }) => ({ path: pathOf(path), message })),
        ...storage.map(({ path, message }) => ({ path: `storage.${path}`, message })),
    ];
}
