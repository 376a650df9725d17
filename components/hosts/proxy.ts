import { nodeAddress, NodeConfig } from "../config";
import { controlPlaneEndpoint, controlPlaneNodes } from "../control-plane/kubeadm-config";
import type { MachineConfig } from "./machine-config";

/** What the proxy settings follow from: the proxy, and what is reached without it. */
type ProxyRoutes = Pick<MachineConfig, "proxy" | "kubernetes" | "nodes">;

/** What a host's package manager, containerd and kubelet are told of the proxy; all empty where there is none. */
export interface ProxySettings {
    /** Proxy for http addresses, with user and password. May be secret. */
    http: string;
    /** Proxy for https addresses, with user and password. May be secret. */
    https: string;
    /** What is reached directly. */
    noProxy: string[];
}

// Who dials on a host are its kubelet and its containerd, and in the cluster they dial the API server alone. The other
// workers' addresses are left out on purpose: with them, one worker more would change every host.
function direct(config: ProxyRoutes, node: NodeConfig): string[] {
    const { podSubnet, serviceSubnet, dnsDomain, vip } = config.kubernetes;
    const controlPlane = [...controlPlaneNodes(config.nodes).map(nodeAddress), ...(vip ? [vip.address] : [])];
    const names = [controlPlaneEndpoint(config).host, ...controlPlane, nodeAddress(node), node.name];
    const cluster = [podSubnet, serviceSubnet, ".svc", `.${dnsDomain}`];
    return [...new Set(["localhost", "127.0.0.1", "::1", ...cluster, ...names, ...config.proxy.noProxy])];
}

function withCredentials(address: string | undefined, credentials: string | undefined): string {
    if (address === undefined || credentials === undefined) return address ?? "";
    const [user = "", ...password] = credentials.trim().split(":");
    const both = [user, password.join(":")].map(encodeURIComponent).join(":");
    return address.replace("://", `://${both}@`);
}

/**
 * The proxy settings of one host.
 * @param credentials USER:PASSWORD for the proxy. Secret.
 */
export function proxySettings(config: ProxyRoutes, node: NodeConfig, credentials?: string): ProxySettings {
    const { http, https } = config.proxy;
    if (http === undefined && https === undefined) return { http: "", https: "", noProxy: [] };
    return {
        http: withCredentials(http, credentials),
        https: withCredentials(https, credentials),
        noProxy: direct(config, node),
    };
}
