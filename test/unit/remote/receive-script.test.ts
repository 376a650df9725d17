import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { packScripts } from "../../../components/remote";
import { noMounts } from "../hosts/cramped-host";
import { bundle } from "./installer-input";

let root: string;
beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "receive-script-"));
    for (const directory of ["source", "scripts", "state"]) mkdirSync(join(root, directory));
    script("prepare.sh", "#!/bin/bash\ncat >/dev/null\necho 'kubeadm-cluster> facts'\n");
    script("reset.sh", "#!/bin/bash\necho new\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const script = (name: string, text: string) => writeFileSync(join(root, "source", name), text);
/** Standard input of the installer, for places below `root`. */
const stdin = () =>
    bundle(packScripts([[join(root, "source")]]), { NODE_NAME: "worker-1" })
        .replace("=/opt/kubeadm-cluster\n", `=${root}/scripts\n`)
        .replace("=/var/lib/kubeadm-cluster/prepared\n", `=${root}/state/prepared\n`)
        .replace("=/run/kubeadm-cluster.lock\n", `=${root}/lock\n`);
/** Runs the installer in a mount namespace where `before` was done. */
const cramped = (before: string, after: string) => {
    writeFileSync(join(root, "stdin"), stdin());
    const text = `cd '${root}'; ${before}\ncode=0; bash -s unless-done <stdin || code=$?; ${after}; exit $code`;
    const { status, stdout, stderr } = spawnSync("unshare", ["-m", "bash", "-c", text], { encoding: "utf8" });
    return { status, stdout, stderr };
};
const install = (environment: Record<string, string> = {}) => {
    const options = { input: stdin(), encoding: "utf8", env: { ...process.env, ...environment } } as const;
    const { status, stdout, stderr } = spawnSync("bash", ["-s", "unless-done"], options);
    return { status, stdout, stderr };
};
const prepared = () => join(root, "state/prepared");

test("1: a full disk leaves the scripts that a host has, and the step fails naming it", { skip: noMounts }, () => {
    script("large.sh", `#!/bin/bash\n# ${"x".repeat(200_000)}\n`);
    const small = "mount -t tmpfs -o size=64k tmpfs scripts; echo old >scripts/reset.sh; echo old >scripts/prepare.sh";
    const { status, stdout, stderr } = cramped(small, "cat scripts/reset.sh scripts/prepare.sh");
    assert.deepEqual([status, stdout], [1, "old\nold\n"]);
    assert.match(stderr, /No space left on device[^]*cannot be written; its scripts are as they were/);
});

test("1: an answer for which the disk has no room is no answer of later", { skip: noMounts }, () => {
    const full = "mount -t tmpfs -o size=64k tmpfs state; cat /dev/zero >state/filler 2>/dev/null";
    const { status, stdout, stderr } = cramped(full, "ls state");
    assert.equal(status, 1);
    assert.match(stderr, /No space left on device/);
    assert.doesNotMatch(stdout, /^prepared$/m);
});

test("the answer of then is given again, and stands in a whole file", () => {
    assert.equal(install().stdout, "kubeadm-cluster> facts\n");
    rmSync(join(root, "scripts"), { recursive: true });
    assert.equal(install().stdout, "kubeadm-cluster> facts\n");
    assert.ok(!existsSync(join(root, "scripts")));
    assert.deepEqual(readdirSync(join(root, "state")), ["prepared"]);
    // Half of it is none.
    writeFileSync(prepared(), readFileSync(prepared(), "utf8").slice(0, 20));
    assert.equal(install().stdout, "kubeadm-cluster> facts\n");
    assert.ok(existsSync(join(root, "scripts/prepare.sh")));
});

test("6: a step that still runs keeps its scripts; who comes then waits, and says for what", async () => {
    writeFileSync(join(root, "scripts/reset.sh"), "old");
    const step = spawn("flock", ["-F", join(root, "lock"), "sh", "-c", "echo held; exec sleep 30"]);
    await new Promise((resolve) => step.stdout.once("data", resolve));
    const { status, stderr } = install({ STEP_SECONDS: "2" });
    assert.equal(status, 1);
    assert.match(stderr, /another step of kubeadm-cluster still runs here; nothing was changed/);
    assert.equal(readFileSync(join(root, "scripts/reset.sh"), "utf8"), "old");
    step.kill();
    await new Promise((resolve) => step.once("close", resolve));
    assert.equal(install().status, 0);
});
