import { access, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { plugins, pluginDirectory } from "./packages";
import { cacheDir } from "../paths";
import { run } from "./process";

/** Seconds for learning whether a first plug-in comes, and for the rest once downloading is known to work. */
const FIRST_DOWNLOAD = 10;
const DOWNLOAD = 300;
/** How long a failed download is remembered. */
const RETRY_MILLISECONDS = 24 * 60 * 60 * 1000;

const exists = (path: string): Promise<boolean> =>
    access(path).then(
        () => true,
        () => false,
    );

async function complete(home: string): Promise<boolean> {
    const found = await Promise.all(
        plugins.map((plugin) => exists(join(home, pluginDirectory(plugin), `pulumi-resource-${plugin.name}`))),
    );
    return found.every(Boolean);
}

async function download(pulumi: string, home: string): Promise<boolean> {
    await mkdir(home, { recursive: true });
    for (const [index, { name, version }] of plugins.entries()) {
        const { code } = await run(pulumi, ["plugin", "install", "resource", name, version], {
            // The first answer can only be "no connection" or a download that moves: small plug-ins come in seconds.
            timeout: index === 0 ? FIRST_DOWNLOAD : DOWNLOAD,
            env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
        });
        if (code !== 0) return false;
    }
    return complete(home);
}

/**
 * A PULUMI_HOME with the real plug-ins: the user's own, or one in the cache that they are downloaded to.
 * Undefined where they cannot be had; that answer is kept for a day unless `insist`.
 */
export async function findRealPlugins(pulumi: string, insist: boolean): Promise<string | undefined> {
    const own = process.env.PULUMI_HOME || join(homedir(), ".pulumi");
    if (await complete(own)) return own;
    const home = cacheDir("pulumi-home", "real");
    if (await complete(home)) return home;

    const failed = cacheDir("pulumi-home", "no-download");
    const when = await stat(failed).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
    );
    if (!insist && Date.now() - when < RETRY_MILLISECONDS) return undefined;
    if (await download(pulumi, home)) {
        await rm(failed, { force: true });
        return home;
    }
    await rm(home, { recursive: true, force: true });
    await mkdir(dirname(failed), { recursive: true });
    await writeFile(failed, "");
    return undefined;
}
