import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../run";
import { sha256 } from "./sha256";

/** What an image is made of. */
export interface ImageRecipe {
    /** Full name with tag, as a Pod asks for it. */
    name: string;
    /** Command that the container runs; its first word is a path inside the image. */
    entrypoint: string[];
    /** Files of the machine, each with its place in the image. They become executable for all. */
    files: Record<string, string>;
    /** Name of a userland that the image needs besides; see userland.sh. */
    userland?: "shell" | "packet-filter";
}

const reproducible = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];

/** Writes an image as a docker-archive: one layer for the userland, if there is one, and one for the files. */
export async function writeImage(
    recipe: ImageRecipe,
    archive: string,
    scratch: string,
    userlandDir?: string,
): Promise<void> {
    mkdirSync(dirname(archive), { recursive: true });
    const work = mkdtempSync(join(scratch, "image-"));
    try {
        const own = join(work, "own");
        mkdirSync(own);
        for (const [place, source] of Object.entries(recipe.files)) {
            mkdirSync(dirname(join(own, place)), { recursive: true });
            cpSync(source, join(own, place), { dereference: true });
        }
        await run("chmod", ["-R", "755", own]);
        const layers: string[] = [];
        for (const folder of userlandDir ? [userlandDir, own] : [own]) {
            const layer = join(work, `layer-${layers.length}.tar`);
            await run("tar", [...reproducible, "-C", folder, "-cf", layer, "."]);
            layers.push(layer);
        }
        const config = {
            architecture: "amd64",
            os: "linux",
            created: "1970-01-01T00:00:00Z",
            config: {
                Entrypoint: recipe.entrypoint,
                Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            },
            rootfs: {
                type: "layers",
                diff_ids: await Promise.all(layers.map(async (layer) => `sha256:${await sha256(layer)}`)),
            },
            history: layers.map(() => ({ created: "1970-01-01T00:00:00Z" })),
        };
        writeFileSync(join(work, "config.json"), JSON.stringify(config));
        const names = layers.map((layer) => layer.slice(work.length + 1));
        const manifest = [{ Config: "config.json", RepoTags: [recipe.name], Layers: names }];
        writeFileSync(join(work, "manifest.json"), JSON.stringify(manifest));
        // manifest.json first: whoever looks for the image's name need not read past the layers.
        const partial = join(work, "image.tar");
        await run("tar", [...reproducible, "-C", work, "-cf", partial, "manifest.json", "config.json", ...names]);
        renameSync(partial, archive);
    } finally {
        rmSync(work, { recursive: true, force: true });
    }
}
