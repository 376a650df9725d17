import { join } from "node:path";
import { CommandError } from "./command-line";
import { hostWords } from "./host-words";
import { run } from "./process";

const PROJECT = join(__dirname, "..");

/** The script of the npm package `pulumi`, where that is installed beside this program. */
function fromNpm(): string | undefined {
    try {
        return require.resolve("pulumi/run.js");
    } catch {
        return undefined;
    }
}

/**
 * The script of the npm package `pulumi`, which has installed the CLI.
 * @throws CommandError where there is no such package, or it could not install the CLI
 */
async function npmCli(env: NodeJS.ProcessEnv): Promise<string> {
    const script = fromNpm();
    if (script === undefined)
        throw new CommandError(
            "Pulumi's CLI is missing: there is no `pulumi` on PATH, and no npm package `pulumi` beside this program.\n" +
                "Install Pulumi 3.245 or later, or run `npm install --no-save pulumi` here. Then run this again.",
        );
    // Its first run installs the CLI, and reports that where an answer is read from.
    const { code, stderr } = await run(process.execPath, [script, "version"], { env });
    if (code !== 0)
        throw new CommandError(`the npm package pulumi could not install Pulumi's CLI: ${hostWords(stderr).trim()}`);
    return script;
}

/**
 * What a command of Pulumi prints for this program's project, by `pulumi` from PATH, else by the npm package `pulumi`.
 * @param failure what could not be done without it, for the error
 * @param more environment for the CLI beside this process's own
 * @throws CommandError with Pulumi's own words behind `failure`, no secret in them; or where there is no CLI
 */
export async function askPulumi(args: string[], failure: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
    const env: NodeJS.ProcessEnv = { PULUMI_SKIP_UPDATE_CHECK: "true", ...process.env, ...more };
    const options = { cwd: PROJECT, env };
    const words = [...args, "--non-interactive", "--color", "never"];
    let result = await run("pulumi", words, options);
    if (result.code === undefined) result = await run(process.execPath, [await npmCli(env), ...words], options);
    if (result.code !== 0) throw new CommandError(`${failure}: ${hostWords(result.stderr).trim()}`);
    return result.stdout;
}
