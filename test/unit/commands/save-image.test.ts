import assert from "node:assert/strict";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { saveImage } from "../../../commands/save-image";

const PATH = process.env.PATH;
let directory = "";
const out = () => join(directory, "out");

/** A double of skopeo that writes down its arguments and fails for references with "broken" in them. */
const SKOPEO = `#!/bin/bash
echo "$*" >>"\${0%/*}/calls"
case "$*" in *docker://broken*) echo 'time="now" level=fatal msg="initializing source '"$3"': no such host"' >&2; exit 1 ;; esac
for word in "$@"; do case $word in docker-archive:*) word=\${word#docker-archive:}; : >"\${word%%:*}" ;; esac; done
`;

beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "save-image-"));
    mkdirSync(join(directory, "bin"));
    writeFileSync(join(directory, "bin", "skopeo"), SKOPEO);
    chmodSync(join(directory, "bin", "skopeo"), 0o755);
    process.env.PATH = `${join(directory, "bin")}:${PATH}`;
});
afterEach(() => {
    process.env.PATH = PATH;
    rmSync(directory, { recursive: true });
});
const calls = () =>
    readFileSync(join(directory, "bin", "calls"), "utf8")
        .trim()
        .split("\n");

test("mirrors come first, in their order; a plain one is read without TLS; what is there is not copied again", async () => {
    const mirrors = { "registry.k8s.io": ["https://broken:5000", "http://10.0.0.5:5000"] };
    await saveImage("registry.k8s.io/pause:3.10", out(), mirrors);
    await saveImage("registry.k8s.io/pause:3.10", out(), mirrors);
    const target = `docker-archive:${out()}/registry.k8s.io_pause_3.10.tar.partial:registry.k8s.io/pause:3.10`;
    assert.deepEqual(calls(), [
        `copy --quiet docker://broken:5000/pause:3.10 ${target}`,
        `copy --quiet --src-tls-verify=false docker://10.0.0.5:5000/pause:3.10 ${target}`,
    ]);
    assert.deepEqual(readdirSync(out()), ["registry.k8s.io_pause_3.10.tar"]);
});

test("a pinned image is copied by its digest and named by its tag", async () => {
    await saveImage("quay.io/a/b:1@sha256:00", out(), {});
    assert.equal(
        calls()[0],
        `copy --quiet docker://quay.io/a/b@sha256:00 docker-archive:${out()}/quay.io_a_b_1.tar.partial:quay.io/a/b:1`,
    );
});

test("an image that no source has is named with what each of them said, and leaves no file", async () => {
    await assert.rejects(
        saveImage("broken.io/a:1", out(), { "broken.io": ["https://broken"] }),
        /^Error: broken\.io\/a:1 could not be saved: docker:\/\/broken\/a:1: no such host; docker:\/\/broken\.io\/a:1: no such host$/,
    );
    assert.deepEqual(readdirSync(out()), []);
});

test("without skopeo one line says what to install", async () => {
    process.env.PATH = join(directory, "nothing");
    await assert.rejects(saveImage("a.io/a:1", out(), {}), /--save needs skopeo, which is not installed: apt install/);
    assert.ok(!existsSync(join(out(), "a.io_a_1.tar")));
});
