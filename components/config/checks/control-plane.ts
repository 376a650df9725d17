import { Problem } from "../problem";
import type { SoundConfig } from "./sound-config";

/** Numbers of etcd's members: an even one more bears the loss of no more hosts, and more than five make each write slow. */
const COUNTS = [1, 3, 5];

/** What is wrong with the control plane: how many nodes it has, and how it is reached. */
export function controlPlaneProblems(config: SoundConfig): Problem[] {
    return [...countProblems(config), ...endpointProblems(config), ...goneProblems(config)];
}

function controlPlaneOf({ nodes = [] }: SoundConfig) {
    return nodes.flatMap((node, index) => (node?.role === "control-plane" ? [{ node, index }] : []));
}

function countProblems(config: SoundConfig): Problem[] {
    const { nodes = [], kubernetes } = config;
    const controlPlane = controlPlaneOf(config);
    // A role that could not be read may have been the control plane's.
    if (nodes.length === 0 || nodes.some((node) => node?.role === undefined)) return [];
    if (controlPlane.length === 0) {
        const message = "no node has the role control-plane; at least one must";
        return [{ path: "nodes", message }];
    }
    const names = controlPlane.map(({ node }) => node.name ?? "?").join(", ");
    if (!COUNTS.includes(controlPlane.length)) {
        const message = `${names} have the role control-plane, and ${controlPlane.length} are no number for etcd: make it 1, 3 or 5`;
        return [{ path: "nodes", message }];
    }
    if (controlPlane.length === 1 || !kubernetes || kubernetes.vip || kubernetes.controlPlaneEndpoint !== undefined)
        return [];
    const message = `${names} have the role control-plane and nothing leads to them all: set kubernetes.vip to a free address of their network, or build the stack anew with kubernetes.controlPlaneEndpoint, a load balancer's`;
    return [{ path: "nodes", message }];
}

function endpointProblems({ kubernetes, nodes = [] }: SoundConfig): Problem[] {
    const address = kubernetes?.vip?.address;
    if (address === undefined) return [];
    const problem = (message: string) => ({ path: "kubernetes.vip.address", message });
    const problems = nodes.flatMap((node, index) => {
        const addresses = [node?.address, node?.internalAddress];
        return addresses.includes(address)
            ? [problem(`${address} is the address of nodes[${index}]: take one that no host has`)]
            : [];
    });
    if (kubernetes?.controlPlaneEndpoint !== undefined) {
        const message = `contradicts controlPlaneEndpoint ${kubernetes.controlPlaneEndpoint}: an address that the control plane nodes share, or a load balancer; remove one`;
        problems.push({ path: "kubernetes.vip", message });
    }
    return problems;
}

function goneProblems(config: SoundConfig): Problem[] {
    const [first, ...others] = controlPlaneOf(config);
    if (!first?.node.gone) return [];
    const message =
        others.length > 0
            ? "is not for the first control plane node, through which the others are reached: set up a host for it, give that one's address and hostKey here, and it joins the others"
            : "is for a node beside others; docs/troubleshooting.md says what to do when the only control plane is lost";
    return [{ path: `nodes[${first.index}].gone`, message }];
}
