import { existsSync, rmSync } from "node:fs";
import { knownHosts, removeHost } from "./hosts/host";
import { networkDown } from "./hosts/lab-hosts";
import { leftovers, removeStrays } from "./leftovers";
import { stopMirror } from "./mirror/mirror";
import { cacheDir, stateDir } from "./paths";
import { elapsed, LabError } from "./run";
import { destroyStack } from "./stack";

/** `npm run lab:down`: the stack, then hosts, mirror, network and records. Repeats nothing that is gone already. */
export async function downCommand(say: (line: string) => void): Promise<void> {
    const began = Date.now();
    if (existsSync(stateDir())) await destroyStack(say);
    await Promise.all([...knownHosts().map((host) => removeHost(host.name)), stopMirror()]);
    await removeStrays();
    await networkDown();
    rmSync(stateDir(), { recursive: true, force: true });
    const left = await leftovers();
    if (left.length > 0) throw new LabError(`lab:down could not remove: ${left.join("; ")}`);
    say(
        `the lab is gone after ${elapsed(began)}; what was built stays in ${cacheDir()} (npm run lab:clean removes it)`,
    );
}

/** `npm run lab:clean`: the lab, then everything built for it. */
export async function cleanCommand(say: (line: string) => void): Promise<void> {
    await downCommand(say);
    rmSync(cacheDir(), { recursive: true, force: true });
    say(`removed ${cacheDir()}`);
}
