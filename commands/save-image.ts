import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fullName, imageName } from "../components/releases/image-name";
import { run } from "./process";

/** The places that an image can be copied from, in order: its registry's mirrors, then the registry. */
function sources(image: string, mirrors: Record<string, string[]>): { reference: string; plainHttp: boolean }[] {
    const { registry, repository, tag, digest } = imageName(image);
    // skopeo takes a tag or a digest, not both.
    const version = digest === undefined ? `:${tag ?? "latest"}` : `@${digest}`;
    const hosts = [...(mirrors[registry] ?? []), `https://${registry}`];
    return hosts.map((host) => ({
        reference: `docker://${host.replace(/^https?:\/\//, "")}/${repository}${version}`,
        plainHttp: host.startsWith("http:"),
    }));
}

/** A file name for the archive of an image. */
export function archiveName(image: string): string {
    return `${image.split("@")[0]?.replace(/[/:]/g, "_")}.tar`;
}

/**
 * Copies an image into a directory as a docker-archive, unless it is there. A digest is looked at while copying; the archive
 * itself names the image by its tag.
 * @param mirrors registries with their mirrors, as in the configuration
 * @throws pulumi.RunError with what every source said, or where skopeo is not installed
 */
export async function saveImage(image: string, directory: string, mirrors: Record<string, string[]>): Promise<void> {
    const file = join(directory, archiveName(image));
    if (existsSync(file)) return;
    mkdirSync(directory, { recursive: true });
    const { registry, repository, tag } = imageName(image);
    const name = fullName({ registry, repository, tag });
    const said: string[] = [];
    for (const { reference, plainHttp } of sources(image, mirrors)) {
        rmSync(`${file}.partial`, { force: true });
        const tls = plainHttp ? ["--src-tls-verify=false"] : [];
        const target = `docker-archive:${file}.partial:${name}`;
        const { code, stderr } = await run("skopeo", ["copy", "--quiet", ...tls, reference, target]);
        if (code === 0) return renameSync(`${file}.partial`, file);
        if (code === undefined)
            throw new pulumi.RunError(
                "--save needs skopeo, which is not installed: apt install skopeo, or dnf install skopeo",
            );
        // Its own last words, without the reference again.
        const words = /msg="(.*)"$/.exec(stderr.trim().split("\n").at(-1) ?? "")?.[1] ?? stderr.trim();
        said.push(`${reference}: ${words.split(`${reference}: `).at(-1)}`);
    }
    rmSync(`${file}.partial`, { force: true });
    throw new pulumi.RunError(`${image} could not be saved: ${said.join("; ")}`);
}
