import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Workspace } from "./engine";
import { isRunning, knownHosts } from "./hosts/host";
import { configFile, projectDir, stateDir } from "./paths";
import { passphrase } from "./stack-config";

/** The lab's Pulumi stack, on a file backend of its own. */
export function labWorkspace(): Workspace {
    return new Workspace({
        program: projectDir,
        backend: stateDir("backend"),
        passphrase: passphrase(),
        stack: "lab",
        configFile: configFile(),
    });
}

/** The processes that the backend's lock files name. */
function lockOwners(): number[] {
    const locks = stateDir("backend", ".pulumi", "locks");
    if (!existsSync(locks)) return [];
    const files = readdirSync(locks, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    return files.map((name) => (JSON.parse(readFileSync(join(locks, name), "utf8")) as { pid: number }).pid);
}

/** Takes the lock from a stack whose `pulumi up` or `destroy` was killed; one that still runs keeps it. */
export async function releaseStack(workspace: Workspace): Promise<void> {
    const owners = lockOwners();
    if (owners.length === 0 || owners.some((pid) => existsSync(`/proc/${pid}`))) return;
    await workspace.release();
}

/**
 * `pulumi destroy`, where there is something to destroy. A failure is told and not more: the hosts are thrown away next,
 * and with them all that the stack stands for.
 */
export async function destroyStack(say: (line: string) => void): Promise<void> {
    if (!existsSync(stateDir("backend")) || !existsSync(configFile())) return;
    const off = knownHosts().filter((host) => !isRunning(host.name));
    if (off.length > 0) {
        say(
            `no pulumi destroy, since it would wait for hosts that are off: ${off.map((host) => host.name).join(", ")}`,
        );
        return;
    }
    try {
        const workspace = labWorkspace();
        await workspace.init();
        await releaseStack(workspace);
        const { deployment } = await workspace.export();
        if ((deployment.resources ?? []).every((resource) => resource.type === "pulumi:pulumi:Stack")) return;
        const { code } = await workspace.destroy([], { stream: true });
        if (code !== 0)
            say("pulumi destroy did not succeed; its hosts are removed all the same, and its state with them");
    } catch (error) {
        const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
        say(
            `pulumi destroy could not run (${reason}); the hosts are removed all the same, and the stack's state with them`,
        );
    }
}
