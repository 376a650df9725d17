import * as net from "node:net";
import { Problem } from "../problem";
import { nodeAddress } from "../node-address";
import type { SoundConfig } from "./sound-config";

/** The API server takes no more Services than 2^20, and kubeadm no fewer than 10: prefixes of a Service subnet. */
const SERVICE_PREFIX = { shortest: 12, longest: 28 };
/** kube-controller-manager's node-cidr-mask-size for IPv4. */
const NODE_PREFIX = 24;
/** kubeadm's limit: the bits that tell the nodes' ranges apart. */
const MOST_NODE_BITS = 16;

/** First and last address of a range, as numbers. */
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

const prefixOf = (cidr: string) => Number(cidr.split("/")[1]);

/** What is wrong with the subnets of Pods and Services: their sizes, each other, and the hosts' addresses. */
export function subnetProblems(config: SoundConfig): Problem[] {
    const { podSubnet, serviceSubnet } = config.kubernetes ?? {};
    const problems: Problem[] = [];
    if (podSubnet && serviceSubnet && overlap(podSubnet, serviceSubnet)) {
        const message = `${podSubnet} overlaps serviceSubnet ${serviceSubnet}`;
        problems.push({ path: "kubernetes.podSubnet", message });
    }
    const addresses = (config.nodes ?? []).map((node, index) => ({
        whose: `nodes[${index}]`,
        address: node?.address === undefined ? node?.internalAddress : nodeAddress({ ...node, address: node.address }),
    }));
    for (const { whose, address } of [...addresses, { whose: "vip", address: config.kubernetes?.vip?.address }]) {
        for (const [name, subnet] of Object.entries({ podSubnet, serviceSubnet })) {
            if (address && subnet && net.isIPv4(address) && overlap(subnet, `${address}/32`)) {
                const message = `${subnet} holds the address ${address} of ${whose}`;
                problems.push({ path: `kubernetes.${name}`, message });
            }
        }
    }
    return [...problems, ...serviceSizeProblems(serviceSubnet), ...podSizeProblems(config)];
}

function serviceSizeProblems(subnet: string | undefined): Problem[] {
    if (subnet === undefined) return [];
    const { shortest, longest } = SERVICE_PREFIX;
    if (prefixOf(subnet) >= shortest && prefixOf(subnet) <= longest) return [];
    const size = prefixOf(subnet) < shortest ? "too large" : "too small";
    const message = `${subnet} is ${size} for Services: use a prefix from /${shortest} to /${longest}`;
    return [{ path: "kubernetes.serviceSubnet", message }];
}

// Every node gets a range of its own out of the Pods' subnet.
function podSizeProblems({ kubernetes, nodes = [] }: SoundConfig): Problem[] {
    const subnet = kubernetes?.podSubnet;
    if (subnet === undefined) return [];
    const mask = kubernetes?.controllerManager?.extraArgs?.["node-cidr-mask-size"];
    const nodePrefix = mask === undefined ? NODE_PREFIX : Number(mask);
    const bits = nodePrefix - prefixOf(subnet);
    const problem = (message: string) => [{ path: "kubernetes.podSubnet", message: `${subnet} ${message}` }];
    if (bits < 0)
        return problem(`is too small: every node needs a /${nodePrefix} of it; use /${nodePrefix} or shorter`);
    if (bits > MOST_NODE_BITS) {
        const shortest = nodePrefix - MOST_NODE_BITS;
        return problem(`is too large: kubeadm divides no more than a /${shortest} into /${nodePrefix} for the nodes`);
    }
    if (2 ** bits >= nodes.length) return [];
    return problem(
        `has room for ${2 ** bits} of the nodes, each a /${nodePrefix}, and there are ${nodes.length}: use a shorter prefix, or node-cidr-mask-size`,
    );
}
