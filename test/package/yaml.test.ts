import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parse, stringify } from "yaml";
import { output, SimulatedStack } from "../engine/simulated-stack";
import { Workspace } from "../lab/engine";
import { created, PROJECT, yamlEnvironment } from "./support";

const example = readFileSync(join(PROJECT, "examples/yaml/Pulumi.yaml"), "utf8");
const directory = mkdtempSync(join(tmpdir(), "yaml-program-"));
let stack: SimulatedStack;
let workspace: Workspace;

/**
 * The example as a program of simulated hosts. The project's name is that of the stack's configuration.
 * @param more nodes of further clusters, by their names
 */
function write(nodes: unknown[], more: Record<string, unknown[]> = {}): void {
    const file = parse(example) as {
        name: string;
        plugins: { providers: { path: string }[] };
        resources: { cluster: { properties: Record<string, unknown> } };
    };
    file.name = "kubeadm-cluster";
    for (const plugin of file.plugins.providers) plugin.path = join(PROJECT, "bin");
    const { properties } = file.resources.cluster;
    delete properties.storage;
    Object.assign(properties, stack.settings, { nodes });
    for (const [name, others] of Object.entries(more)) {
        const { cluster } = file.resources;
        Object.assign(file.resources, { [name]: { ...cluster, properties: { ...cluster.properties, nodes: others } } });
    }
    writeFileSync(join(directory, "Pulumi.yaml"), stringify(file, { lineWidth: 0, aliasDuplicateObjects: false }));
}

before(async () => {
    stack = await SimulatedStack.start(2);
    write(stack.nodes);
    const { settings } = stack.workspace;
    workspace = new Workspace({
        ...settings,
        program: directory,
        env: { ...settings.env, ...(await yamlEnvironment()) },
    });
});
after(async () => {
    await stack.close();
    rmSync(directory, { recursive: true, force: true });
});

test("the example is short", () => assert.ok(example.trimEnd().split("\n").length < 25));

test("a preview of the YAML program plans every step, and reaches no host", async () => {
    stack.forget();
    const result = await workspace.preview();
    assert.equal(result.code, 0, output(result));
    const planned = created(result.stdout);
    for (const name of ["master-control-plane-init", "worker-1-worker-join", "worker-2-worker-join"])
        assert.ok(planned.includes(`cluster-${name}`), `${name} in:\n${result.stdout}`);
    assert.deepEqual(stack.dials, {});
});

test("an address may come from another resource; in a preview it is not known yet", async () => {
    // Of all that the first cluster gives, its identity looks most like a host's name.
    write(stack.nodes, { other: [{ ...stack.nodes[0], address: "${cluster.identity}" }] });
    const result = await workspace.preview();
    write(stack.nodes);
    assert.equal(result.code, 0, output(result));
    assert.ok(created(result.stdout).includes("other-master-control-plane-init"), result.stdout);
});

test("what is wrong with the arguments is said as in TypeScript: path, value found, what is expected", async () => {
    write([{ ...stack.nodes[0], role: "boss" }, ...stack.nodes.slice(1)]);
    const result = await workspace.preview();
    write(stack.nodes);
    assert.notEqual(result.code, 0);
    assert.match(output(result), /cluster:nodes\[0\]\.role: .*"boss"/);
});

test("an up of the YAML program makes the cluster, a second one changes nothing, and a destroy gives the hosts back", async () => {
    const up = await workspace.up();
    assert.equal(up.code, 0, output(up));
    const outputs = await workspace.outputs();
    assert.match(String(outputs.endpoint), /^https:\/\//);
    assert.match(String(outputs.kubeconfig), /client-key-data/);
    assert.ok(!output(up).includes("client-key-data"), "the kubeconfig is a secret");
    const again = await workspace.preview();
    assert.equal(again.code, 0, output(again));
    assert.deepEqual(created(again.stdout), []);
    assert.match(again.stdout, /Resources:\n\s+\d+ unchanged\n/);
    const destroy = await workspace.destroy();
    assert.equal(destroy.code, 0, output(destroy));
    assert.deepEqual(
        stack.journal.steps
            .filter(({ name }) => name === "reset.sh")
            .map(({ host }) => host)
            .sort(),
        ["master", "worker-1", "worker-2"],
    );
});
