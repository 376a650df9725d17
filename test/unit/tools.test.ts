import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

const SCRIPT = resolve(__dirname, "..", "tools.sh");
const NEEDED = ["shellcheck", "git", "curl", "openssl", "ssh-keygen", "python3", "unshare", "flock"];
let directory: string;

beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tools-"));
    for (const name of NEEDED) program(name, "exit 0");
    symlinkSync("/bin/bash", join(directory, "bash"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function program(name: string, text: string): void {
    writeFileSync(join(directory, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(directory, name), 0o755);
}

function tools(user: number) {
    program("id", `echo ${user}`);
    const { status, stderr } = spawnSync("/bin/bash", [SCRIPT], { env: { PATH: directory }, encoding: "utf8" });
    return { status, stderr };
}

test("nothing is asked or installed where all programs are there", () => {
    assert.deepEqual(tools(1000), { status: 0, stderr: "" });
});

test("whoever is not root is told what to install", () => {
    rmSync(join(directory, "shellcheck"));
    rmSync(join(directory, "ssh-keygen"));
    const { status, stderr } = tools(1000);
    assert.equal(status, 1);
    assert.match(stderr, /sudo apt install shellcheck openssh-client\n/);
});

test("root gets it installed", () => {
    rmSync(join(directory, "shellcheck"));
    program("apt-get", `echo "$*" >>'${join(directory, "asked")}'`);
    assert.equal(tools(0).status, 0);
    assert.match(readFileSync(join(directory, "asked"), "utf8"), /update\n.*install .*shellcheck\n$/);
});
