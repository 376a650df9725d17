import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { daemonPid, labProcesses, startDaemon, stopDaemon } from "../../lab/daemon";

const scratch = mkdtempSync(join(tmpdir(), "daemons-"));
after(() => rmSync(scratch, { recursive: true }));

function sleeper(command = "sleep", args = ["60"]) {
    const folder = mkdtempSync(join(scratch, "daemon-"));
    return { kind: "test-sleeper", pidFile: join(folder, "pid"), logFile: join(folder, "log"), command, args };
}

test("a daemon is started once, is known by its kind, and ends", async () => {
    const daemon = sleeper();
    const pid = startDaemon(daemon);
    assert.equal(startDaemon(daemon), pid);
    assert.equal(daemonPid(daemon.pidFile), pid);
    assert.ok(labProcesses().some((found) => found.pid === pid && found.kind === "test-sleeper"));
    await stopDaemon(daemon.pidFile);
    assert.equal(daemonPid(daemon.pidFile), undefined);
    assert.ok(!labProcesses().some((found) => found.pid === pid));
});

test("a pid that was given to another process is nobody's daemon", () => {
    const { pidFile } = sleeper();
    writeFileSync(pidFile, `${process.pid} 1\n`);
    assert.equal(daemonPid(pidFile), undefined);
    writeFileSync(pidFile, "");
    assert.equal(daemonPid(pidFile), undefined);
});

test("a daemon that ignores SIGTERM is killed", async () => {
    const daemon = sleeper("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]);
    startDaemon(daemon);
    while (!readFileSync(daemon.logFile, "utf8").includes("ready"))
        await new Promise((resolve) => setTimeout(resolve, 20));
    await stopDaemon(daemon.pidFile, 200);
    assert.equal(daemonPid(daemon.pidFile), undefined);
});
