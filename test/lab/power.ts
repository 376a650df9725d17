import { existsSync } from "node:fs";
import { stateDir } from "./paths";
import { isRunning, killHost, knownHost, knownHosts, powerOn, stopHost } from "./hosts/host";
import { elapsed, LabError } from "./run";

const verbs = {
    /** A clean shutdown. */
    stop: stopHost,
    /** Boots it again, its disk as it was. */
    start: (name: string) => powerOn(knownHost(name)),
    /** Pulls the plug. */
    kill: killHost,
} as const;

/** `npm run lab:host -- stop|start|kill NAME`, or `list`. */
export async function hostCommand(args: string[], say: (line: string) => void): Promise<void> {
    const [verb = "", name = "", ...rest] = args;
    if (verb === "list" && !name) {
        for (const host of knownHosts()) {
            say(`${host.name} ${host.address} ${host.user} ${isRunning(host.name) ? "on" : "off"}`);
        }
        if (!existsSync(stateDir("hosts"))) say("no hosts: start them with npm run lab:hosts");
        return;
    }
    if (!(verb in verbs) || !name || rest.length > 0) {
        throw new LabError("Say what to do and to which host: npm run lab:host -- stop|start|kill NAME, or list.");
    }
    knownHost(name);
    const began = Date.now();
    await verbs[verb as keyof typeof verbs](name);
    say(`${name} is ${isRunning(name) ? "on" : "off"} after ${elapsed(began)}`);
}
