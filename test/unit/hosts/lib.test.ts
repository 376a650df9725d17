import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { copyScripts } from "./scripts-copy";

let root: string;
let begin: string;
beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "lib-test-"));
    begin = `set -euo pipefail; here=${copyScripts(root)}; . "$here/lib.sh"; cd ${root};`;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("lib.sh", () => {
    test("6: a session that drops does not end a script: what it says is lost, what it does is not", async () => {
        const script = spawn("bash", ["-c", `${begin} read -r _; say one; kill -HUP $$; say two; echo done >end`]);
        script.stdout.destroy();
        script.stderr.destroy();
        await once(script.stderr, "close");
        script.stdin.end("go\n");
        assert.deepEqual(await once(script, "exit"), [0, null]);
        assert.ok(existsSync(join(root, "end")));
    });

    test("6: a lock is waited for no longer than the step has, and the message says for whom", async () => {
        const lock = join(root, "run/kubeadm-cluster.lock");
        writeFileSync(lock, "join.sh, process 4711, since 2026-11-26T12:00:00Z\n");
        const other = spawn("flock", ["-F", lock, "sh", "-c", "echo held; exec sleep 60"]);
        try {
            await once(other.stdout, "data");
            const env = { ...process.env, STEP_SECONDS: "20" };
            const { status, stderr } = spawnSync("bash", ["-c", `${begin} lock`], {
                encoding: "utf8",
                env,
                timeout: 19_000,
            });
            assert.equal(status, 1);
            assert.match(stderr, /another step of kubeadm-cluster still runs here: join\.sh, process 4711, since/);
        } finally {
            other.kill();
        }
    });

    test("1: a copy that was cut off is not the original: the file as it was is kept whole", () => {
        mkdirSync(join(root, "etc/apt"), { recursive: true });
        const file = join(root, "etc/apt/file");
        writeFileSync(file, "as it was\n");
        writeFileSync(`${file}.before-kubeadm-cluster`, "as");
        const { status, stderr } = spawnSync("bash", ["-c", `${begin} keep_original ${file}`], { encoding: "utf8" });
        assert.equal(status, 0, stderr);
        assert.equal(readFileSync(`${file}.before-kubeadm-cluster`, "utf8"), "as it was\n");
    });
});
