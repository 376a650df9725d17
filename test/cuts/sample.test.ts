import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";

const checkout = path.resolve(__dirname, "../..");

/** Another sample with each change of the scripts, the same one for all who test it. */
function seedOfScripts(): number {
    const { stdout } = spawnSync("git", ["rev-parse", "--short=7", "HEAD:components"], {
        cwd: checkout,
        encoding: "utf8",
    });
    return Number.parseInt(stdout.trim() || "1", 16);
}

const skip = process.getuid?.() === 0 ? false : "needs root";

test("host scripts that are cut off, fill the disk or get no answer hold: a sample", { skip, timeout: 240_000 }, () => {
    const words = [
        "--import",
        "tsx",
        path.join(__dirname, "command.ts"),
        "--minutes",
        "0.6",
        "--seed",
        String(seedOfScripts()),
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: checkout, encoding: "utf8" });
    assert.equal(status, 0, `${stdout}\n${stderr}`);
    assert.match(stdout, /[1-9]\d* cuts tried, 0 did not hold/);
});
