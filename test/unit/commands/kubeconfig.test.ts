import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

const COMMAND = resolve(__dirname, "..", "..", "..", "commands", "kubeconfig.ts");
let root: string;
before(() => {
    root = mkdtempSync(join(tmpdir(), "kubeconfig-test-"));
    writeFileSync(join(root, "pulumi"), '#!/bin/sh\necho "kubeconfig of $6"\n', { mode: 0o755 });
});
after(() => rmSync(root, { recursive: true, force: true }));

test("finding 9: the kubeconfig is a new file for its owner alone, whatever the shell's umask; none is overwritten", () => {
    const file = join(root, "kubeconfig");
    const write = () =>
        spawnSync(
            "sh",
            ["-c", `umask 0; exec "$0" --import tsx "$1" --stack dev --out "$2"`, process.execPath, COMMAND, file],
            {
                encoding: "utf8",
                env: { ...process.env, PATH: `${root}:${process.env.PATH}` },
                timeout: 60_000,
            },
        );
    const { status, stdout, stderr } = write();
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout, /kubeconfig of/);
    assert.equal(readFileSync(file, "utf8"), "kubeconfig of dev\n");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = write();
    assert.notEqual(again.status, 0);
    assert.match(again.stderr, /exists already: name another file by --out/);
});
