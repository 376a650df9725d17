import { access, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { plugins, pluginDirectory } from "./packages";
import { cacheDir } from "../paths";
import { chooseSource, forcedSource } from "../sources/choose";
import { publishers } from "../sources/publishers";
import { fetchPlugins, pulumiSite } from "../sources/pulumi";
import { pulumiVersion } from "./cli";

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

/** Whether the plug-ins came. Forced: an error says why they did not. */
async function download(pulumi: string, home: string, insist: boolean): Promise<boolean> {
    const from = publishers(pulumiVersion);
    try {
        const { source } = await chooseSource([pulumiSite(from, pulumiVersion)]);
        if (source === "modules" && !insist) return false;
        await fetchPlugins(from, pulumi, home, plugins);
    } catch (error) {
        if (insist || forcedSource() === "publishers") throw error;
        process.stderr.write(`engine: no plug-ins from their publishers: ${String(error)}\n`);
        return false;
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
    const forced = forcedSource();
    if (!insist && (forced === "modules" || (forced === undefined && Date.now() - when < RETRY_MILLISECONDS))) {
        return undefined;
    }
    if (await download(pulumi, home, insist)) {
        await rm(failed, { force: true });
        return home;
    }
    await rm(home, { recursive: true, force: true });
    await mkdir(dirname(failed), { recursive: true });
    await writeFile(failed, "");
    return undefined;
}
