import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { imageName } from "../../../components/releases/image-name";
import { writeWhole } from "../files";
import { cacheDir } from "../paths";
import { LabError, run } from "../run";
import { network, registryUrl } from "../topology";

/**
 * Where an image is in the lab's registry, as registries behind a mirror are asked for it: `docker.io/busybox` is
 * `library/busybox`, and no tag means `latest`.
 */
export function placeOf(image: string): { repository: string; tag: string } {
    const { repository, tag = "latest" } = imageName(image);
    return { repository, tag };
}

/** The names that a docker-archive gives its images. */
async function namesIn(archive: string): Promise<string[]> {
    const manifest = await run("tar", ["-xOf", archive, "manifest.json"]);
    const images = JSON.parse(manifest) as { RepoTags?: string[] | null }[];
    return images.flatMap((image) => image.RepoTags ?? []);
}

const tarsIn = (folder: string) =>
    readdirSync(folder)
        .filter((name) => name.endsWith(".tar"))
        .sort()
        .map((name) => join(folder, name));

/** The archives to serve: the lab's own, and those in the directory that LAB_IMAGES names. */
function imageArchives(): string[] {
    const own = existsSync(cacheDir("images")) ? tarsIn(cacheDir("images")) : [];
    const given = process.env["LAB_IMAGES"];
    if (!given) return own;
    if (!existsSync(given)) throw new LabError(`LAB_IMAGES names ${given}, which does not exist.`);
    return [...own, ...tarsIn(given)];
}

const recordFile = () => cacheDir("registry", "pushed.json");

/** What was pushed from an archive, by the archive's path. */
type PushRecord = Record<string, { version: string; names: string[] }>;

/** Pushes every archive that the registry does not hold yet, or holds another version of; gives what was pushed. */
export async function pushImages(say: (line: string) => void): Promise<string[]> {
    const record: PushRecord = existsSync(recordFile())
        ? (JSON.parse(readFileSync(recordFile(), "utf8")) as PushRecord)
        : {};
    const pushed: string[] = [];
    for (const archive of imageArchives()) {
        const { mtimeMs, size } = statSync(archive);
        const version = `${mtimeMs} ${size}`;
        const earlier = record[archive];
        if (earlier?.version === version && (await holds(earlier.names))) continue;
        const names = await namesIn(archive);
        if (names.length === 0) say(`${archive} holds no named image: skipped`);
        for (const name of names) {
            say(`pushing ${name} to the lab's registry`);
            await push(archive, name);
            pushed.push(name);
        }
        record[archive] = { version, names };
        writeWhole(recordFile(), JSON.stringify(record, null, 2));
    }
    return pushed;
}

/** Whether the lab's registry has an image, so that hosts need no other. */
export const isServed = (image: string): Promise<boolean> => holds([image]);

async function holds(names: string[]): Promise<boolean> {
    const answers = await Promise.all(
        names.map(async (name) => {
            const { repository, tag } = placeOf(name);
            const url = `${registryUrl}/v2/${repository}/manifests/${tag}`;
            const accept =
                "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";
            return (await fetch(url, { method: "HEAD", headers: { accept } })).ok;
        }),
    );
    return answers.every(Boolean);
}

async function push(archive: string, name: string): Promise<void> {
    const { repository, tag } = placeOf(name);
    const target = `docker://${network.gateway}:${network.registryPort}/${repository}:${tag}`;
    const plain = ["--quiet", "--insecure-policy", "--dest-tls-verify=false"];
    await run("skopeo", ["copy", ...plain, `docker-archive:${archive}:${name}`, target]);
}
