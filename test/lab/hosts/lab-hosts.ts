import { join } from "node:path";
import { stateDir } from "../paths";
import { run } from "../run";
import { type HostSpec, network } from "../topology";
import { knownHosts, removeHost, startHost } from "./host";
import { loginKey } from "./keys";

async function networkScript(verb: "up" | "down"): Promise<void> {
    await run(join(__dirname, "network.sh"), [verb], {
        env: {
            LAB_BRIDGE: network.bridge,
            LAB_GATEWAY: `${network.gateway}/${network.prefixLength}`,
            LAB_SAVED: stateDir("machine"),
        },
    });
}

/** The bridge and what lets the hosts out to the machine's own connection. */
export const networkUp = () => networkScript("up");

/** Removes the network and puts back the settings of the machine that it and the hosts changed. */
export const networkDown = () => networkScript("down");

/** Boots the hosts, all at once. Those that are up stay as they are. */
export async function startHosts(hosts: HostSpec[], rootfs: string): Promise<void> {
    const made = { base: rootfs, loginKey: (await loginKey()).publicKey };
    await Promise.all(hosts.map((host) => startHost(host, made)));
}

/** Removes the hosts that are not among `wanted`. */
export async function removeOtherHosts(wanted: HostSpec[]): Promise<void> {
    const names = new Set(wanted.map((host) => host.name));
    const others = knownHosts().filter((host) => !names.has(host.name));
    await Promise.all(others.map((host) => removeHost(host.name)));
}
