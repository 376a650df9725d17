import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

const SCRIPT = resolve(__dirname, "..", "..", "scripts", "install-pulumi.sh");
const OTHER = "0".repeat(64);

let directory: string;
let sum: string;
beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "install-pulumi-"));
    for (const name of ["scripts", "pulumi", "bin"]) mkdirSync(join(directory, name));
    copyFileSync(SCRIPT, join(directory, "scripts", "install-pulumi.sh"));
    writeFileSync(join(directory, "pulumi", "pulumi"), "the CLI");
    const archive = join(directory, "archive.tar.gz");
    execFileSync("tar", ["-czf", archive, "-C", directory, "pulumi"]);
    sum = createHash("sha256").update(readFileSync(archive)).digest("hex");
    // Stands for the download: the word behind -o is where it goes.
    const curl = `#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\ncp '${archive}' "$2"\n`;
    writeFileSync(join(directory, "bin", "curl"), curl, { mode: 0o755 });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function install(...args: string[]) {
    const env = { PATH: `${join(directory, "bin")}:${process.env.PATH}`, HOME: directory };
    const path = join(directory, "github-path");
    const { status, stderr } = spawnSync("bash", [join(directory, "scripts", "install-pulumi.sh"), ...args], {
        env: { ...env, GITHUB_PATH: path },
        encoding: "utf8",
    });
    return { status, stderr, installed: existsSync(join(directory, ".pulumi", "bin", "pulumi")) && existsSync(path) };
}
const keep = (text: string) => writeFileSync(join(directory, "scripts", "pulumi.sha256"), text);

test("the sum is the one that is given, or the file's where none is: a fork's pull request has an empty one", () => {
    assert.deepEqual(install(sum), { status: 0, stderr: "", installed: true });
    rmSync(join(directory, ".pulumi"), { recursive: true });
    keep(`${sum}  pulumi-linux-x64.tar.gz\n`);
    assert.deepEqual(install(""), { status: 0, stderr: "", installed: true });
});

test("nothing is installed without a sum, or with another one; a given one wins over the file", () => {
    const none = install("");
    assert.deepEqual([none.status, none.installed], [2, false]);
    assert.match(none.stderr, /variable PULUMI_SHA256\n.*scripts\/pulumi\.sha256; found was ''; nothing was installed/);
    keep(sum);
    const wrong = install(OTHER);
    assert.deepEqual([wrong.status, wrong.installed], [1, false]);
    assert.match(wrong.stderr, new RegExp(`SHA-256 ${sum}, wanted is ${OTHER}`));
});
