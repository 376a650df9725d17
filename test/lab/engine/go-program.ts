import { access, constants, mkdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheDir } from "../paths";
import { withLock } from "./lock";
import { run } from "./process";

const PROGRESS_SECONDS = 20;

/** A program of a published Go module. */
export interface GoProgram {
    /** Its file name once it is built. */
    name: string;
    /** What is said while it is built. */
    title: string;
    module: string;
    version: string;
    /** Its package below the module. */
    package: string;
    /** Added to the linker's flags. Default: nothing. */
    ldflags?: string;
}

/** Whether this file is there and may be run. */
export const executable = (path: string): Promise<boolean> =>
    access(path, constants.X_OK).then(
        () => true,
        () => false,
    );

/** The path of a program on PATH; undefined where there is none. */
export async function findOnPath(name: string): Promise<string | undefined> {
    for (const directory of (process.env.PATH ?? "").split(delimiter)) {
        if (directory !== "" && (await executable(join(directory, name)))) return join(directory, name);
    }
    return undefined;
}

async function build(directory: string, scratch: string, program: GoProgram): Promise<void> {
    const { name, title, module, version, ldflags = "" } = program;
    const started = Date.now();
    const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
    process.stderr.write(`engine: building ${title} from its Go module\n`);
    const timer = setInterval(
        () => process.stderr.write(`engine: building ${title}, ${elapsed()}\n`),
        PROGRESS_SECONDS * 1000,
    );
    const script = join(__dirname, "..", "artefacts", "go-build.sh");
    const result = await run(script, [directory, module, version, `${program.package}=${name}`], {
        env: { ...process.env, GO_SCRATCH: scratch, GO_LDFLAGS: ldflags },
    });
    clearInterval(timer);
    if (result.code !== 0) {
        const reason = result.stderr.trim().split("\n").slice(-5).join("\n");
        throw new Error(`building ${title} failed after ${elapsed()}:\n${reason}`);
    }
    process.stderr.write(`engine: built ${title} in ${elapsed()}\n`);
}

/**
 * Builds the programs that the directory lacks; one process at a time.
 * @param lacking what to say where there is no Go
 */
export async function ensureBuilt(directory: string, programs: GoProgram[], lacking: string): Promise<void> {
    const missing = async () => {
        const there = await Promise.all(programs.map(({ name }) => executable(join(directory, name))));
        return programs.filter((_, index) => !there[index]);
    };
    if ((await missing()).length === 0) return;
    if ((await findOnPath("go")) === undefined) throw new Error(lacking);
    await withLock(
        directory,
        async () => {
            const scratch = cacheDir(`engine-scratch-${process.pid}`);
            try {
                await mkdir(directory, { recursive: true });
                for (const program of await missing()) await build(directory, scratch, program);
            } finally {
                await rm(scratch, { recursive: true, force: true });
            }
        },
        () => process.stderr.write("engine: another process is building it; waiting\n"),
    );
}
