import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { plugins, pluginDirectory } from "./packages";
import { cacheDir, projectDir } from "../paths";

const sources = join(projectDir, "test", "doubles", "plugins");

const OLD_MILLISECONDS = 2 * 24 * 60 * 60 * 1000;

/** Changes with anything that the bundles are made from. */
async function fingerprint(): Promise<string> {
    const hash = createHash("sha256").update(process.version).update(process.execPath);
    const files = (await readdir(sources, { recursive: true })).filter((file) => file.endsWith(".ts")).sort();
    for (const file of [
        ...files.map((name) => join(sources, name)),
        join(projectDir, "package-lock.json"),
        __filename,
    ]) {
        hash.update(file.slice(projectDir.length)).update(await readFile(file));
    }
    return hash.digest("hex").slice(0, 16);
}

/** One file per plug-in with all it needs: it starts in a third of the time, and stays when the checkout goes. */
async function bundle(directory: string): Promise<void> {
    const { build } = await import("esbuild");
    await build({
        entryPoints: plugins.map(({ name }) => ({ in: join(sources, name, "index.ts"), out: name })),
        outdir: directory,
        outExtension: { ".js": ".cjs" },
        bundle: true,
        platform: "node",
        target: "node22",
        format: "cjs",
        minifySyntax: true,
        // Native parts that ssh2 does without.
        external: ["cpu-features", "*.node"],
        logLevel: "error",
    });
}

/** Removes what was made from sources of other days; a run that uses it has ended since. */
async function removeOld(homes: string): Promise<void> {
    for (const name of (await readdir(homes)).filter((entry) => entry.startsWith("typescript-"))) {
        const { mtimeMs } = await stat(join(homes, name));
        if (Date.now() - mtimeMs > OLD_MILLISECONDS) await rm(join(homes, name), { recursive: true, force: true });
    }
}

/**
 * Makes a PULUMI_HOME that holds the plug-ins of test/doubles/plugins, and returns its path. A home is named after what it was
 * made from, so that it is right when it exists.
 */
export async function installTypescriptPlugins(): Promise<string> {
    const homes = cacheDir("pulumi-home");
    const home = join(homes, `typescript-${await fingerprint()}`);
    const exists = await readdir(join(home, "plugins")).catch(() => []);
    if (exists.length > 0) return home;

    const draft = `${home}.${process.pid}`;
    await rm(draft, { recursive: true, force: true });
    try {
        await bundle(join(draft, "bundles"));
        for (const plugin of plugins) {
            const directory = join(draft, pluginDirectory(plugin));
            await mkdir(directory, { recursive: true });
            const wrapper = join(directory, `pulumi-resource-${plugin.name}`);
            const file = join(home, "bundles", `${plugin.name}.cjs`);
            await writeFile(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`);
            await chmod(wrapper, 0o755);
        }
        // Another process may have been quicker with the same content.
        await rename(draft, home).catch((error: NodeJS.ErrnoException) => {
            if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
        });
    } finally {
        await rm(draft, { recursive: true, force: true });
    }
    await removeOld(homes);
    return home;
}
