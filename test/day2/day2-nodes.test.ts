import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follows, output, SimulatedStack } from "../engine/simulated-stack";

// A cluster that lives: several workers at once, another host under a name, hosts that are lost, certificates that end.
let stack: SimulatedStack;

const resources = async () => (await stack.resources()).map(({ urn }) => urn);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

before(async () => {
    stack = await SimulatedStack.start(1);
    stack.host("master").expiry = [`# expires apiserver ${inDays(40)}`];
    await stack.up();
});
after(() => stack.close());

test("several workers at once dial themselves and the master, once each and once for all", async () => {
    await stack.add("worker-2", "worker");
    await stack.add("worker-3", "worker");
    await stack.up();
    assert.deepEqual(stack.dials, { master: 3, "worker-2": 3, "worker-3": 3 });
});

test("another host under a worker's name: the node leaves, the host before is reset, the new one joins", async () => {
    const spare = await stack.exchange("worker-2", "spare");
    stack.node("worker-2").labels = { rack: "2" };
    stack.configure();
    const { stdout } = await stack.workspace.preview();
    assert.match(stdout, /cluster-worker-2-reset replace/);
    await stack.up();
    assert.deepEqual(stack.journal.names, [
        ...["master: admit.sh worker-2", "master: remove-node.sh worker-2", "master: settle.sh"],
        ...["spare: join.sh", "spare: prepare", "spare: renew-node.sh worker-2", "spare: settle.sh"],
        "worker-2: reset.sh",
    ]);
    assert.deepEqual(stack.dials, { master: 3, "worker-2": 1, spare: 4 });
    const { journal } = stack;
    follows(journal.only("master", "remove-node.sh worker-2"), journal.only("worker-2", "reset.sh"));
    follows(journal.only("worker-2", "reset.sh"), journal.only("master", "admit.sh worker-2"));
    follows(journal.only("master", "admit.sh worker-2"), journal.only("spare", "join.sh"));
    // The new Node gets its labels.
    assert.deepEqual(
        stack.api.applied.map(({ what, object }) => [what, object.metadata.annotations]),
        [["Node worker-2", { "kubeadm-cluster/machine": spare.machineId, "pulumi.com/patchForce": "true" }]],
    );
    await stack.up(["--expect-no-changes"]);
});

test("a host that is gone is not dialled: its node leaves the cluster, and its entry can go later", async () => {
    await stack.host("worker-3").powerOff();
    stack.node("worker-3").gone = true;
    await stack.up();
    assert.deepEqual(stack.journal.names, ["master: remove-node.sh worker-3 gone", "master: settle.sh"]);
    assert.deepEqual(stack.dials, { master: 2 });
    assert.deepEqual(stack.api.applied, []);
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.dials, {});
    const names = ((await stack.workspace.outputs()).nodes as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names, ["master", "worker-1", "worker-2"]);
});

test("a host that was gone and is back joins again", async () => {
    await stack.host("worker-3").powerOn();
    delete stack.node("worker-3").gone;
    await stack.up();
    assert.deepEqual(stack.journal.names, [
        // Drained only where it runs another version than the cluster does by now.
        ...["master: admit.sh worker-3 unless-admitted", "master: drain-node.sh worker-3"],
        "master: settle.sh",
        ...["worker-3: join.sh", "worker-3: prepare", "worker-3: renew-node.sh worker-3", "worker-3: settle.sh"],
    ]);
    // It has no labels.
    assert.deepEqual(stack.api.applied, []);
});

test("gone, then out of the configuration: the host was never dialled", async () => {
    await stack.host("worker-3").powerOff();
    stack.node("worker-3").gone = true;
    await stack.up();
    stack.remove("worker-3");
    await stack.up();
    assert.deepEqual(stack.dials, { master: 1 });
    assert.deepEqual(
        (await resources()).filter((urn) => urn.includes("worker-3")),
        [],
    );
});

test("certificates that are due are renewed, which replaces nothing; the outputs are the new ones", async () => {
    stack.host("master").expiry = [`# expires apiserver ${inDays(400)}`];
    stack.settings.kubernetes = { ...(stack.settings.kubernetes as object), certificates: { renewBefore: 60 } };
    stack.configure();
    const preview = output(await stack.workspace.preview());
    assert.match(preview, /cluster-master-control-plane-certificates-renewal update/);
    assert.doesNotMatch(preview, /replace/);
    await stack.up();
    assert.deepEqual(stack.journal.names, ["master: renew-certificates.sh"]);
    assert.equal(stack.journal.only("master", "renew-certificates.sh").inputs.RENEWALS_DUE, "1");
    const { apiserver } = (await stack.workspace.outputs()).certificates as Record<string, string>;
    assert.ok(apiserver && apiserver > inDays(399), apiserver);
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.dials, {});
});

/** A destroy fails at the reset of a host that is off; the runbook's step leaves that host behind. */
async function leftBehind(name: string): Promise<void> {
    const { code, stdout, stderr } = await stack.workspace.destroy();
    assert.notEqual(code, 0);
    assert.ok((stdout + stderr).includes(`${stack.host(name).address}:${stack.host(name).port}`), stdout + stderr);
    const urn = (await resources()).find((one) => one.endsWith(`::cluster-${name}-reset`)) ?? "";
    await stack.workspace.ok(["state", "delete", urn, "--target-dependents", "--yes"]);
}

test("a destroy names the control plane that is off, then the worker; both left behind, the last host is reset", async () => {
    stack.forget();
    await stack.host("master").powerOff();
    await stack.host("worker-1").powerOff();
    await leftBehind("master");
    await leftBehind("worker-1");
    const { code } = await stack.workspace.destroy();
    assert.equal(code, 0);
    assert.deepEqual(await resources(), []);
    assert.equal(stack.journal.only("spare", "reset.sh").execution.user, "root");
});
