import type { PlainInputsOf } from "../remote";
import { FlannelArgs, WeaveNetArgs } from "./args";
import { flannelImages } from "./flannel-daemon-set";
import { weaveImages } from "./weave-net-daemon-set";

/** The network whose work is shown. */
export type TestedNetwork =
    | ({ addOn: "weave" } & Pick<WeaveNetArgs, "imageRegistry" | "digests" | "mtu">)
    | ({ addOn: "flannel" } & Omit<FlannelArgs, "podSubnet">);

/** Seconds that the test may take: for Pods that do not start, for answers that do not come, for a look at the hosts. */
export const CONNECTIVITY_SECONDS = 240;

/** What the test of a network follows from. */
export interface TestedCluster {
    /** The network add-on as configured. */
    network: TestedNetwork;
    /** Names of the nodes that are there, the one that runs the test first. */
    nodes: readonly string[];
    /** Domain of the cluster's Services, such as cluster.local. */
    dnsDomain: string;
}

/** What connectivity.sh is told of a network. */
export function connectivityInputs({ network, nodes, dnsDomain }: TestedCluster): PlainInputsOf<"connectivity.sh"> {
    const common = { NODES: nodes.join("\n"), DNS_DOMAIN: dnsDomain, SETTINGS: settingsOf(network) };
    if (network.addOn === "weave") {
        const ports = "tcp 6783 udp 6783 udp 6784";
        return { ...common, IMAGE: weaveImages(network).kube, CNI_FILE: CNI_FILES.weave, LINK: "weave", PORTS: ports };
    }
    const routed = network.backend === "host-gw";
    return {
        ...common,
        IMAGE: flannelImages(network).flannel,
        CNI_FILE: CNI_FILES.flannel,
        LINK: routed ? "cni0" : `flannel.${network.vni ?? 1}`,
        PORTS: routed ? "" : `udp ${network.port ?? 8472}`,
    };
}

/** Name of each network's own file in /etc/cni/net.d, as its release has it. */
export const CNI_FILES = { weave: "10-weave.conflist", flannel: "10-flannel.conflist" } as const;

/** By what the network's way depends on, in one order: with other settings its work is shown anew. */
function settingsOf(network: TestedNetwork): string {
    const given: Record<string, unknown> = { ...network };
    const names = ["addOn", "backend", "directRouting", "interface", "mtu", "port", "vni"];
    const settings = names.filter((name) => given[name] !== undefined).map((name) => `${name}=${String(given[name])}`);
    return settings.join(" ");
}
