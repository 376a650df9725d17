import { nodeAddress, NodeConfig } from "../../config";
import { controlPlaneNodes } from "../../control-plane/kubeadm-config";
import type { MachineConfig } from "../machine-config";

/** What a node's own programs must be reached at, and from where. */
export interface OpenPort {
    protocol: "tcp" | "udp" | "vrrp";
    /** A port, or several as FIRST-LAST; "-" where the protocol has none. */
    number: string;
    from: "hosts" | "masters" | "pods";
    what: string;
}

const API_PORT = 6443;

function overlay({ network }: MachineConfig): OpenPort[] {
    const from = "hosts";
    switch (network.addOn) {
        case "weave":
            return [
                { protocol: "tcp", number: "6783", from, what: "Weave's peers" },
                { protocol: "udp", number: "6783-6784", from, what: "Weave's traffic" },
            ];
        case "flannel":
            if (network.backend === "host-gw") return [];
            return [{ protocol: "udp", number: String(network.port ?? 8472), from, what: "vxlan of Flannel" }];
        case "none":
            return [];
    }
}

/** The ports that no firewall of this host may close to the rest of the cluster. */
export function openPorts(config: MachineConfig, node: NodeConfig, joinsOthers: boolean): OpenPort[] {
    const { kubelet, vip } = config.kubernetes;
    const port = typeof kubelet.port === "number" ? kubelet.port : 10250;
    const open: OpenPort[] = [{ protocol: "tcp", number: String(port), from: "masters", what: "kubelet" }];
    if (node.role === "control-plane") {
        for (const from of ["hosts", "pods"] as const)
            open.push({ protocol: "tcp", number: String(API_PORT), from, what: "API server" });
        if (joinsOthers) open.push({ protocol: "tcp", number: "2379-2380", from: "masters", what: "etcd" });
        if (vip && joinsOthers)
            open.push({ protocol: "vrrp", number: "-", from: "masters", what: "VRRP of the virtual address" });
    }
    return [...open, ...overlay(config)];
}

/**
 * Whether a node is a further one of the control plane. Of the first that is not said: its steps would run again when the
 * second comes.
 */
export function joinsOthers({ nodes }: MachineConfig, node: NodeConfig): boolean {
    return controlPlaneNodes(nodes).findIndex(({ name }) => name === node.name) > 0;
}

/** What only a look at all hosts knows: the others' addresses. */
export function othersInputs(config: MachineConfig, node: NodeConfig): Record<"HOSTS" | "MASTERS" | "OPEN", string> {
    const others = (nodes: NodeConfig[]) =>
        nodes
            .filter(({ name }) => name !== node.name)
            .map(nodeAddress)
            .join(" ");
    const masters = controlPlaneNodes(config.nodes);
    return {
        HOSTS: others(config.nodes),
        MASTERS: others(masters),
        OPEN: openLines(openPorts(config, node, node.role === "control-plane" && masters.length > 1)),
    };
}

/** As precheck-firewall.sh reads them. */
export function openLines(open: OpenPort[]): string {
    return open.map(({ protocol, number, from, what }) => `${protocol} ${number} ${from} ${what}`).join("\n");
}
