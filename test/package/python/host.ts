import { rm } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { run } from "../../lab/engine";
import { LANGUAGE_HOST, pulumiVersion } from "../../lab/engine/cli";
import { executable } from "../../lab/engine/go-program";
import { withLock } from "../../lab/engine/lock";
import { cacheDir } from "../../lab/paths";

const works = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: "ignore" }).status === 0;

/** Why Python programs cannot be run here; false where they can. */
export const noPython = !works("go", "version")
    ? "there is no Go to build Pulumi's Python language host"
    : !works("python3", "-c", "import ensurepip, venv")
      ? "there is no python3 with venv and pip (Debian: python3-venv)"
      : false;

/** The directory of Pulumi's Python language host, built once: for PATH, after that of `venv/bin` in it. */
export async function ensurePythonHost(): Promise<string> {
    const directory = cacheDir("engine", `python-${pulumiVersion}`);
    const there = () => executable(join(directory, "pulumi-language-python"));
    const build = async () => {
        if (await there()) return;
        const scratch = cacheDir(`engine-scratch-${process.pid}`);
        process.stderr.write("engine: building Pulumi's Python language host (about 3 minutes)\n");
        const args = [directory, pulumiVersion, LANGUAGE_HOST];
        const env = { ...process.env, GO_SCRATCH: scratch };
        const { code, stderr } = await run(join(__dirname, "build.sh"), args, { env });
        await rm(scratch, { recursive: true, force: true });
        if (code !== 0) throw new Error(`building Pulumi's Python language host failed:\n${stderr.slice(-2000)}`);
    };
    const waiting = () => process.stderr.write("engine: another process is building it; waiting\n");
    if (!(await there())) await withLock(directory, build, waiting);
    return directory;
}
