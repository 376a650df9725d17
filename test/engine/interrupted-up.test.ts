import assert from "node:assert/strict";
import { readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Step } from "../doubles/simulated-host";
import { output, SimulatedStack } from "./simulated-stack";

// One stack whose ups fail or are killed one after the other, each further on than the one before.
let stack: SimulatedStack;

before(async () => {
    stack = await SimulatedStack.start(1);
});
after(() => stack.close());

/** An up whose CLI is killed with SIGKILL while a step runs that never ends. */
async function killedDuring(host: string, name: string, ready: () => boolean = () => true): Promise<void> {
    const { answers } = stack.host(host);
    let pid = 0;
    answers.set(name, async () => {
        while (!ready()) await new Promise((resolve) => setTimeout(resolve, 20));
        process.kill(-pid, "SIGKILL");
        return new Promise(() => undefined);
    });
    const { code } = await stack.tryUp([], { onStart: (started) => (pid = started) });
    answers.delete(name);
    assert.equal(code, 128 + 9);
    assert.ok(stack.journal.only(host, name).ended === 0);
}

const cancel = () => stack.workspace.release();
const stepsOf = (steps: Step[], host: string) => steps.filter((step) => step.host === host).map(({ name }) => name);

test("a failed init: the up fails with what the host said, and the next up runs init again", async () => {
    const { answers } = stack.host("master");
    answers.set("init.sh", () => ({ code: 1, stderr: "master: kubeadm init failed; correct it\n" }));
    const result = await stack.tryUp();
    answers.delete("init.sh");
    assert.notEqual(result.code, 0);
    assert.match(output(result), /cluster-master-control-plane-init[^]*master: kubeadm init failed; correct it/);
    assert.ok(!stack.journal.names.includes("worker-1: join.sh"));

    await killedDuring("master", "init.sh");
    assert.deepEqual(stepsOf(stack.journal.steps, "master"), ["init.sh"]);
});

test("an up that was killed leaves the stack locked: the next one changes nothing and names the way out", async () => {
    const result = await stack.tryUp();
    assert.notEqual(result.code, 0);
    assert.match(output(result), /locked by 1 lock.*`pulumi cancel`/);
    assert.deepEqual(stack.dials, {});
});

test("killed in init: after pulumi cancel, the next up runs init again and goes on", async () => {
    await cancel();
    // By the time of the join, the network's objects are being created too.
    await killedDuring("worker-1", "join.sh", () => stack.api.applied.length > 0);
    assert.deepEqual(stepsOf(stack.journal.steps, "master").slice(0, 1), ["init.sh"]);
});

test("killed in join: after pulumi cancel, the next up joins again and comes to the end", async () => {
    await cancel();
    await stack.up();
    assert.deepEqual(stepsOf(stack.journal.steps, "worker-1"), ["join.sh", "settle.sh"]);
    assert.ok(!stack.journal.names.includes("master: init.sh"));
});

test("what was interrupted is warned about until it is cleared; there is nothing left to do", async () => {
    await stack.workspace.ok(["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]);
    const result = await stack.up(["--expect-no-changes"]);
    assert.doesNotMatch(output(result), /pending operations/);
    assert.deepEqual(stack.dials, {});
});

test("a state whose attributes were cut off while they were written can be read again", async () => {
    const { backend, stack: name } = stack.workspace.settings;
    const [project = ""] = readdirSync(join(backend, ".pulumi", "stacks"));
    truncateSync(join(backend, ".pulumi", "stacks", project, `${name}.json.attrs`));
    assert.match(output(await stack.tryUp()), /failed to load checkpoint: EOF/);
    await stack.workspace.release();
    await stack.up();
    assert.ok(!stack.journal.names.includes("master: init.sh"));
});
