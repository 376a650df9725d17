import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { output, SimulatedStack } from "./simulated-stack";

// What any resource of Pulumi can be given: parent, dependsOn, protect, providers, aliases, transformations.
const PROGRAM = join(__dirname, "options");
let stack: SimulatedStack;

/** A resource of the state, with the options that it was made with. */
interface Stored {
    urn: string;
    type: string;
    provider?: string;
    protect?: boolean;
    dependencies?: string[];
    /** In seconds. */
    customTimeouts?: { create?: number };
}

/** Resources of the cluster, without the program's own. */
const ofCluster = async (): Promise<Stored[]> =>
    (await stack.resources()).filter(({ urn }) => urn.includes("KubeadmCluster"));
const ofType = async (type: string) => (await ofCluster()).filter((one) => one.type === type);

before(async () => {
    stack = await SimulatedStack.start(1, PROGRAM);
    stack.nodes[1] = { ...stack.node("worker-1"), labels: { disk: "ssd" } };
});
after(() => stack.close());

test("the steps on hosts take the given provider and transformation, and the cluster's objects its own provider", async () => {
    await stack.up();
    const steps = await ofType("command:remote:Command");
    assert.ok(steps.length > 10);
    for (const { urn, provider, customTimeouts } of steps) {
        assert.match(provider ?? "", /::over-ssh::/, urn);
        assert.equal(customTimeouts?.create, 2700, urn);
    }
    const [patch] = await ofType("kubernetes:core/v1:NodePatch");
    assert.match(patch?.provider ?? "", /::cluster-cluster::/);
});

test("what the cluster waits for is there before its hosts are reached, and as long as they are", async () => {
    const gate = (await stack.resources()).find(({ urn }) => urn.endsWith("::gate"))?.urn ?? "";
    // The step that each host's others depend on: at a destroy the gate goes behind it.
    const resets = (await ofType("command:remote:Command")).filter(({ urn }) => urn.endsWith("-reset"));
    assert.equal(resets.length, 2);
    for (const { urn, dependencies } of resets) assert.ok(dependencies?.includes(gate), urn);
});

test("a protected cluster is not destroyed, and no host is reached", async () => {
    stack.more = { "test:protect": true };
    await stack.up();
    assert.deepEqual(stack.dials, {});
    assert.deepEqual(
        (await ofCluster()).filter(({ protect }) => protect !== true).map(({ urn }) => urn),
        [],
    );
    stack.forget();
    const refused = await stack.workspace.destroy();
    assert.notEqual(refused.code, 0);
    assert.match(output(refused), /protect/);
    assert.deepEqual(stack.dials, {});
});

test("another name with an alias of the one before: nothing is made anew, and no host is reached", async () => {
    const before = (await ofCluster()).length;
    stack.more = { "test:name": "production", "test:former": "cluster" };
    stack.configure();
    const preview = await stack.workspace.preview();
    assert.equal(preview.code, 0, output(preview));
    assert.doesNotMatch(preview.stdout, /\d+ to (create|delete|replace)/);
    await stack.up();
    assert.deepEqual(stack.dials, {});
    const after = await ofCluster();
    assert.equal(after.length, before);
    assert.deepEqual(
        after.filter(({ urn }) => !/::production(-[^:]+)?$/.test(urn)).map(({ urn }) => urn),
        [],
    );
});

test("without protection it is destroyed", async () => {
    const gone = await stack.workspace.destroy();
    assert.equal(gone.code, 0, output(gone));
});
