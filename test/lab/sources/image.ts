import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fullName, imageName } from "../../../components/releases/image-name";
import { LabError, outcome } from "../run";
import type { Publishers } from "./publishers";

/** What bounds skopeo, in seconds: the answer to one question, and a whole image. */
export interface ImagePatience {
    answerSeconds: number;
    imageSeconds: number;
}

const usual: ImagePatience = { answerSeconds: 60, imageSeconds: 1800 };

/** skopeo's own words, without its log line's other fields. */
const words = (stderr: string) => /msg="(.*)"\s*$/.exec(stderr.trim())?.[1] ?? stderr.trim();

async function skopeo(seconds: number, args: string[], about: string): Promise<string> {
    const limit = ["--command-timeout", `${seconds}s`];
    const { code, stdout, stderr } = await outcome("skopeo", [...limit, ...args], { timeout: (seconds + 5) * 1000 });
    if (code === 0) return stdout;
    const overdue = code === 137 || stderr.includes("deadline exceeded");
    throw new LabError(`cannot take ${about}: ${overdue ? `no answer within ${seconds} s` : words(stderr)}`);
}

/**
 * Takes an image from its registry as a docker-archive that appears only when it is whole; skopeo holds each part to its
 * digest. Gives the digest of what the image's tag stands for, and whether it is pinned.
 */
export async function fetchImage(
    image: string,
    archive: string,
    from: Publishers,
    patience = usual,
): Promise<{ reference: string; digest: string; pinned: boolean }> {
    const { registry, repository, tag = "latest" } = imageName(image);
    const reference = `docker://${from.registries[registry] ?? registry}/${repository}`;
    const pin = from.images[image];
    const raw = await skopeo(patience.answerSeconds, ["inspect", "--raw", `${reference}:${tag}`], image);
    const digest = `sha256:${createHash("sha256").update(raw).digest("hex")}`;
    if (pin !== undefined && digest !== pin) {
        throw new LabError(
            `${image} has the digest ${digest}, its pinned one is ${pin}; nothing of it was kept. ` +
                `Somebody moved the tag, or something stands between: compare with the publisher's release page`,
        );
    }
    const partial = `${archive}.download`;
    mkdirSync(dirname(archive), { recursive: true });
    // skopeo adds to an archive that is there.
    rmSync(partial, { force: true });
    try {
        const name = fullName({ registry, repository, tag });
        const platform = ["--override-os", "linux", "--override-arch", "amd64"];
        const copy = ["copy", "--quiet", "--insecure-policy", "--retry-times", "3"];
        const places = [`${reference}@${digest}`, `docker-archive:${partial}:${name}`];
        await skopeo(patience.imageSeconds, [...platform, ...copy, ...places], image);
        renameSync(partial, archive);
    } finally {
        rmSync(partial, { force: true });
    }
    return { reference: `${reference}:${tag}`, digest, pinned: pin !== undefined };
}
