import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { output, SimulatedStack } from "./simulated-stack";

// The world moves under the state of a living cluster: each test starts where the one before it ended.
let stack: SimulatedStack;
const REFRESH = ["refresh", "--yes", "--skip-preview"];

before(async () => {
    stack = await SimulatedStack.start(2);
    stack.node("worker-1").labels = { rack: "1" };
    await stack.up();
});
after(() => stack.close());

/** The steps that a repair of these workers runs. */
const repairOf = (...workers: string[]) =>
    workers
        .flatMap((name) => [
            `master: admit.sh ${name} unless-admitted`,
            ...["prepare", "join.sh", `renew-node.sh ${name}`, "settle.sh"].map((step) => `${name}: ${step}`),
        ])
        .sort();
/** What the steps were told. */
const asked = () => [...new Set(stack.journal.steps.map(({ inputs }) => inputs.REPAIR))];
const nothingToChange = async () => {
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.dials, {});
};

test("right after up a refresh shows nothing", async () => {
    await stack.workspace.ok([...REFRESH, "--expect-no-changes"]);
});

test("54: a Node that was deleted by hand: an up finds nothing, and after a refresh it brings the node back", async () => {
    stack.api.removeNode("worker-1");
    await nothingToChange();
    await stack.workspace.ok(REFRESH);
    const preview = await stack.workspace.preview();
    assert.match(preview.stdout, /cluster-worker-1-worker-settings create/);
    assert.match(preview.stdout, /cluster-worker-1-worker-join update/);
    assert.doesNotMatch(preview.stdout, /worker-2|replace/);
    await stack.up();
    assert.deepEqual(stack.journal.names, repairOf("worker-1"));
    assert.match(asked().join(" "), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(
        stack.api.applied.map(({ what }) => what),
        ["Node worker-1"],
    );
    await nothingToChange();
    await stack.workspace.ok([...REFRESH, "--expect-no-changes"]);
});

test("a raised repair has the node's own steps run, once; other hosts are not dialled", async () => {
    stack.node("worker-2").repair = 1;
    await stack.up();
    assert.deepEqual(stack.journal.names, repairOf("worker-2"));
    assert.deepEqual(asked(), ["1"]);
    await nothingToChange();
    stack.node("worker-1").repair = 1;
    await stack.up();
    assert.deepEqual(stack.journal.names, repairOf("worker-1"));
    // The time of the repair before stays, or its absence would be a change.
    assert.match(asked().join(), /^1 \d{4}-/);
    // Labels that somebody has taken off come back with it.
    assert.deepEqual(
        stack.api.applied.map(({ what }) => what),
        ["Node worker-1"],
    );
    await nothingToChange();
});

test("a repair that failed on its way is finished by the next up", async () => {
    stack.node("worker-2").repair = 2;
    stack.host("worker-2").answers.set("join.sh", () => ({ code: 1, stderr: "worker-2: no\n" }));
    const failed = await stack.tryUp();
    assert.notEqual(failed.code, 0);
    assert.match(output(failed), /worker-2: no/);
    stack.host("worker-2").answers.clear();
    await stack.up();
    assert.deepEqual(
        stack.journal.names,
        repairOf("worker-2").filter((step) => !/prepare|admit/.test(step)),
    );
    await nothingToChange();
});

test("57: a cluster that slept: the state knows that its certificates have expired, and up mends every host, once", async () => {
    const master = stack.host("master");
    // As if a year had gone by: what the state holds has ended.
    master.expiry = ["# expires apiserver 2025-01-01T00:00:00Z", "# expires ca 2035-01-01T00:00:00Z"];
    stack.node("master").repair = 1;
    await stack.up();
    const own = [
        "init.sh verify",
        "prepare",
        "reconfigure.sh",
        "renew-certificates.sh",
        "settle.sh",
        "taint.sh master",
    ];
    const whole = own.map((step) => `master: ${step}`).sort();
    assert.deepEqual(stack.journal.names, whole);

    master.expiry = ["# expires apiserver 2099-01-01T00:00:00Z", "# expires ca 2035-01-01T00:00:00Z"];
    const preview = await stack.workspace.preview();
    assert.doesNotMatch(preview.stdout, /replace|delete/);
    await stack.up();
    assert.deepEqual(stack.journal.names, [...whole, ...repairOf("worker-1", "worker-2")].sort());
    // The control plane first: without it no worker is admitted.
    const renewal = stack.journal.only("master", "prepare");
    for (const name of ["worker-1", "worker-2"])
        assert.ok(renewal.ended < stack.journal.only("master", `admit.sh ${name} unless-admitted`).began);
    await nothingToChange();
    const { certificates } = await stack.workspace.outputs();
    assert.equal((certificates as Record<string, string>).apiserver, "2099-01-01T00:00:00Z");
});
