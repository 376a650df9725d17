import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { output, SimulatedStack } from "./simulated-stack";

// One stack, whose host says something else than an answer and exit code 0, once for each step that is read.
let stack: SimulatedStack;

before(async () => {
    stack = await SimulatedStack.start(0);
});
after(() => stack.close());

const GREETING = "Welcome to prod!\n";

/** An up in which a step of the master answers this, and ends well. */
async function upWith(step: string, stdout: string) {
    const { answers } = stack.host("master");
    answers.set(step, () => ({ stdout }));
    const result = await stack.tryUp();
    answers.delete(step);
    assert.notEqual(result.code, 0, output(result));
    return output(result);
}

test("an answer that is none fails the up with step, host and what was found; nothing that needs it is done", async () => {
    const { machineId, address } = stack.host("master");
    const printed = await upWith("prepare", `${GREETING}${machineId} -\n`);
    assert.ok(printed.includes(`cluster-master-prepare: prepare.sh on ${address} ended well, but its answer`), printed);
    assert.ok(printed.includes(`found "Welcome to prod!\\n${machineId} -"`), printed);
    assert.deepEqual(
        stack.api.applied.map(({ what }) => what).filter((what) => what.startsWith("Node ")),
        [],
    );
});

test("a preview shows that it will be asked again, and the next up does so", async () => {
    const result = await stack.workspace.preview();
    assert.equal(result.code, 0, output(result));
    assert.match(result.stdout, / cluster-master-prepare update\b/);
    await stack.up();
    assert.deepEqual(stack.journal.names, ["master: prepare"]);
});

test("a secret that is not in its form is not shown", async () => {
    // All steps run once more.
    stack.rotateKey();
    const printed = await upWith("read-kubeconfig.sh", "kubeadm-cluster> confidential\n");
    assert.match(
        printed,
        /cluster-master-control-plane-kubeconfig: read-kubeconfig\.sh on \S+ ended well[^]*\n\s+found 29 characters/,
    );
    assert.doesNotMatch(printed, /confidential/);
});

test("case 46: a greeting is no part of an answer; what else the host says does not matter", async () => {
    const { answers } = stack.host("master");
    answers.set("read-kubeconfig.sh", (step) => {
        const { stdout = "" } = stack.host("master").healthy(step);
        return { stdout: `${GREETING}${stdout}` };
    });
    await stack.up();
    answers.delete("read-kubeconfig.sh");
    stack.journal.only("master", "read-kubeconfig.sh");
});

test("steps that were asked again are as quiet as all others from then on", async () => {
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.dials, {});
});
