import { delimiter } from "node:path";
import { findOrBuildCli } from "./cli";
import { withLock } from "./lock";
import { cacheDir } from "../paths";
import { withPolicyHost } from "./policy-host";
import { findRealPlugins } from "./real-plugins";
import { installTypescriptPlugins } from "./typescript-plugins";

export { run, type Result, type RunOptions } from "./process";
export type { ExportedResource, StackExport } from "../../../commands/diagram/state";
export { Workspace, type PulumiOptions, type WorkspaceSettings } from "./workspace";

export interface Engine {
    /** Path of the CLI. */
    pulumi: string;
    /** Environment to run it with: this process's own, and what makes the CLI find its parts. */
    env: NodeJS.ProcessEnv;
    /** Arguments as this CLI takes them when it is started in a directory. */
    adapt: (args: string[], directory: string) => string[];
    /** Which provider plug-ins it will run. */
    plugins: "real" | "typescript";
}

let engine: Promise<Engine> | undefined;

/**
 * A Pulumi that works, made if there is none: takes under a second once it has been made. `LAB_PLUGINS=real` or
 * `LAB_PLUGINS=typescript` chooses the provider plug-ins; by default the real ones are used where they can be had.
 * Says on stderr when the plug-ins are those of test/doubles/plugins.
 */
export function ensureEngine(): Promise<Engine> {
    engine ??= makeEngine();
    return engine;
}

async function makeEngine(): Promise<Engine> {
    const choice = process.env.LAB_PLUGINS || undefined;
    if (choice !== undefined && choice !== "real" && choice !== "typescript") {
        throw new Error(`LAB_PLUGINS is "${choice}"; it can be "real" or "typescript"`);
    }
    const { pulumi, path, built } = await findOrBuildCli();
    const { home, plugins } = await withLock(cacheDir("pulumi-home"), async () => {
        const real = choice === "typescript" ? undefined : await findRealPlugins(pulumi, choice === "real");
        if (real !== undefined) return { home: real, plugins: "real" as const };
        if (choice === "real") {
            throw new Error(
                "LAB_PLUGINS=real, but the plug-ins command, kubernetes and random are neither installed in " +
                    "PULUMI_HOME nor can `pulumi plugin install` download them",
            );
        }
        return { home: await installTypescriptPlugins(), plugins: "typescript" as const };
    });
    if (plugins === "typescript") {
        process.stderr.write("engine: using the provider plug-ins of test/doubles/plugins instead of the real ones\n");
    }
    const env: NodeJS.ProcessEnv = {
        ...process.env,
        PATH: [...path, process.env.PATH ?? ""].join(delimiter),
        PULUMI_HOME: home,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Type checking is for the editor and CI: it costs seconds at every run.
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        // A plug-in that is missing here is an error at once, not after a minute of tries to download it.
        ...(plugins === "typescript" ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
    };
    return { pulumi, env, adapt: built ? withPolicyHost : (args) => args, plugins };
}
