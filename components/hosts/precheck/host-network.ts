import type { MachineConfig } from "../machine-config";

/** What Weave puts around a Pod's packet, in bytes, where it encrypts it. */
const WEAVE_HEADERS = 84;

/** The file that the kubelet is told to give to Pods; "none" where it is told to give them none, "" where it is not told. */
export function resolverOf({ kubernetes: { kubelet } }: MachineConfig): string {
    const { resolvConf } = kubelet;
    if (typeof resolvConf !== "string") return "";
    return resolvConf === "" ? "none" : resolvConf;
}

/** The interface that the configuration names for the pod network, and the MTU that it expects of it; else "". */
export function cardOf({ network }: MachineConfig): Record<"CARD" | "CARD_MTU", string> {
    const named = "interface" in network ? network.interface : undefined;
    const mtu = network.addOn === "none" ? undefined : network.mtu;
    const headers = network.addOn === "weave" ? WEAVE_HEADERS : 0;
    return { CARD: typeof named === "string" ? named : "", CARD_MTU: mtu === undefined ? "" : String(mtu + headers) };
}
