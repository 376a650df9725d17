import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { PublishersDouble } from "../../../doubles/publishers";
import { writeImage } from "../../../lab/artefacts/image";
import { run } from "../../../lab/run";
import { fetchImage } from "../../../lab/sources/image";

const noSkopeo = spawnSync("skopeo", ["--version"]).error ? "skopeo is not installed" : false;
const image = "registry.k8s.io/lab/tool:v1";
const directory = mkdtempSync(join(tmpdir(), "image-"));
const archive = join(directory, "taken", "tool.tar");
const patience = { answerSeconds: 60, imageSeconds: 60 };
let site: PublishersDouble;
let digest: string;

before(async () => {
    site = await PublishersDouble.start();
    if (noSkopeo) return;
    const program = join(directory, "tool");
    writeFileSync(program, "#!/bin/sh\necho a tool\n".repeat(2000));
    const recipe = { name: image, entrypoint: ["/tool"], files: { tool: program } };
    await writeImage(recipe, join(directory, "tool.tar"), directory);
    digest = site.offerImage(image, join(directory, "tool.tar"));
});
after(() => {
    site.close();
    rmSync(directory, { recursive: true });
});
beforeEach(() => {
    site.reset();
    rmSync(archive, { force: true });
});

const take = (pin?: string, limits = patience) =>
    fetchImage(image, archive, { ...site.publishers, images: pin === undefined ? {} : { [image]: pin } }, limits);
const nothingKept = () => assert.deepEqual(existsSync(archive) ? ["the image"] : readdirSync(join(archive, "..")), []);

test("an image is an archive under its own name, with the digest of its tag", { skip: noSkopeo }, async () => {
    assert.deepEqual(await take(digest), {
        reference: `docker://${site.host}/registry.k8s.io/lab/tool:v1`,
        digest,
        pinned: true,
    });
    const [entry] = JSON.parse(await run("tar", ["-xOf", archive, "manifest.json"])) as { RepoTags: string[] }[];
    assert.deepEqual(entry?.RepoTags, [image]);
    assert.equal((await take()).pinned, false);
});

test("one whose tag stands for another digest than the pinned one is refused", { skip: noSkopeo }, async () => {
    await assert.rejects(take(`sha256:${"0".repeat(64)}`), (error: Error) =>
        error.message.startsWith(`${image} has the digest ${digest}, its pinned one is sha256:000`),
    );
    assert.equal(existsSync(archive), false);
});

for (const [what, path] of [
    ["a layer", /blobs/],
    ["its manifest", /manifests\/sha256/],
] as const) {
    test(`${what} with other bytes than its digest says is refused`, { skip: noSkopeo }, async () => {
        site.fail(path, "wrong");
        await assert.rejects(take(), /cannot take registry\.k8s\.io\/lab\/tool:v1: /);
        nothingKept();
    });
}

test("a layer that is cut off is taken again, or is an error that keeps nothing", { skip: noSkopeo }, async () => {
    site.fail(/blobs/, "cut", 1);
    await take(digest).catch(() => nothingKept());
    site.reset();
    site.fail(/blobs/, "cut");
    await assert.rejects(take(), /cannot take registry\.k8s\.io\/lab\/tool:v1: /);
    nothingKept();
    site.reset();
    await take(digest);
    assert.ok(existsSync(archive));
});

test("a registry that sends to its store is followed", { skip: noSkopeo }, async () => {
    site.redirect(/^\/v2\/registry\.k8s\.io\/.*blobs/, `https://${site.host}/store`);
    await take(digest);
    assert.ok(existsSync(archive));
    assert.ok(site.requests.some((request) => request.startsWith("GET /store/v2/")));
    rmSync(archive);
    site.fail(/^\/store/, "wrong");
    await assert.rejects(take(digest), /cannot take registry\.k8s\.io\/lab\/tool:v1: /);
    nothingKept();
});

test("a web page in a manifest's place is refused", { skip: noSkopeo }, async () => {
    site.fail(/manifests/, "page");
    await assert.rejects(take(), /cannot take registry\.k8s\.io\/lab\/tool:v1: /);
    nothingKept();
});

for (const [path, limits] of [
    [/manifests/, { ...patience, answerSeconds: 2 }],
    [/blobs/, { ...patience, imageSeconds: 2 }],
] as const) {
    const bounded = { skip: noSkopeo, timeout: 120_000 };
    test(`a registry that hangs is not waited for without end: ${path}`, bounded, async () => {
        site.fail(path, "hang");
        await assert.rejects(
            take(undefined, limits),
            /cannot take registry\.k8s\.io\/lab\/tool:v1: no answer within 2 s/,
        );
        nothingKept();
    });
}
