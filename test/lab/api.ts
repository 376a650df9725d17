/** What tests and other programs use of the lab. Commands: `runLab`; hosts: the rest. All need root. */
import { join } from "node:path";
import { leftovers } from "./leftovers";
import { projectDir } from "./paths";
import { outcome, type Outcome, type RunOptions } from "./run";

export { missingArtefacts } from "./artefacts/artefacts";
export { isRunning, killHost, knownHost, knownHosts, powerOn, removeHost, stopHost } from "./hosts/host";
export { proxyRequests } from "./mirror/mirror";
export { proxyCredentials } from "./mirror/proxy-credentials";
export { leftovers } from "./leftovers";
export { cacheDir, configFile, kubeconfigFile, projectDir, stateDir } from "./paths";
export type { Outcome, RunOptions } from "./run";
export { insideHost, onHost, sshArguments, sshLogins } from "./ssh";
export { labWorkspace } from "./stack";
export { type HostSpec, labHosts, network, proxyUrl, registryUrl, siteUrl, virtualAddress } from "./topology";

/** Runs a lab command as `npm run` would: `runLab(["hosts", "--workers", "3"])`. A failure is a result, not an error. */
export function runLab(args: string[], options: RunOptions = {}): Promise<Outcome> {
    const loader = ["--import", "tsx", join(__dirname, "main.ts")];
    return outcome(process.execPath, [...loader, ...args], { cwd: projectDir, ...options });
}

/** Fails with a list where anything of a lab is left on the machine. */
export async function assertNothingLeft(): Promise<void> {
    const left = await leftovers();
    if (left.length > 0) throw new Error(`left of the lab:\n${left.join("\n")}`);
}
