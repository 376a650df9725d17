import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { clusterOf } from "../../../commands/diagram/cluster";
import { drawInto } from "../../../commands/diagram/draw";
import { mermaid } from "../../../commands/diagram/mermaid";
import type { ExportedResource, StackExport } from "../../../commands/diagram/state";
import { svg } from "../../../commands/diagram/svg";

const resources: ExportedResource[] = [];

/** A resource as a stack's state has it; gives its URN. */
function add(type: string, name: string, more: Partial<ExportedResource> = {}): string {
    const urn = `urn:pulumi:lab::kubeadm-cluster::${more.parent ? "parents$" : ""}${type}::${name}`;
    resources.push({ urn, type, ...more });
    return urn;
}

const COMMAND = "command:remote:Command";
const nodes = [
    { name: "master", address: "10.0.0.1" },
    { name: "w<1>", address: "10.0.0.2" },
];
const stack = add("pulumi:pulumi:Stack", "lab", {
    outputs: { endpoint: "https://10.0.0.1:6443", versions: { kubernetes: "v1.32.0", network: "flannel" }, nodes },
});
const cluster = add("kubeadm-cluster:index:KubeadmCluster", "lab", { parent: stack });
const component = (type: string, name: string) => add(`kubeadm-cluster:${type}`, `lab-${name}`, { parent: cluster });
const step = (parent: string, name: string, ...dependencies: string[]) =>
    add(COMMAND, `lab-${name}`, { parent, dependencies });

const prepared = nodes.map(({ name }) => step(cluster, `${name}-prepare`, step(cluster, `${name}-reset`)));
const init = step(component("node:MasterNode", "master-control-plane"), "init", prepared[0] ?? "");
const worker = component("node:WorkerNode", "w<1>-worker");
const admitted = step(worker, "w<1>-worker-token-admission", init, prepared[1] ?? "");
const joined = step(worker, "join", admitted, prepared[1] ?? "");
const network = add("kubernetes:apps/v1:DaemonSet", "daemon", {
    parent: component("network:Flannel", "network"),
    dependencies: [init],
    inputs: { spec: { template: { spec: { containers: [{ image: "docker.io/flannel/flannel:v0.26.7" }] } } } },
});
step(worker, "w<1>-worker-ready", joined, network, init);
const state: StackExport = { deployment: { resources } };

test("the state's components become parts, with hosts, addresses, versions and images", () => {
    const { title, parts } = clusterOf(state);
    assert.equal(title, "Kubernetes v1.32.0 at https://10.0.0.1:6443");
    const said = Object.fromEntries(parts.map(({ id, host, title: what, details }) => [id, [host, what, ...details]]));
    assert.deepEqual(said, {
        master: ["master", "prepared", "10.0.0.1"],
        "w<1>": ["w<1>", "prepared", "10.0.0.2"],
        "master-control-plane": ["master", "control plane", "v1.32.0"],
        "w<1>-worker": ["w<1>", "worker"],
        network: [undefined, "Flannel", "docker.io/flannel/flannel:v0.26.7"],
        "w<1>-node": ["w<1>", "Ready"],
    });
});

test("what waits for what is said once: not what follows from other waits", () => {
    assert.deepEqual(clusterOf(state).waits.sort(), [
        ["master-control-plane", "master"],
        ["network", "master-control-plane"],
        ["w<1>-node", "network"],
        ["w<1>-node", "w<1>-worker"],
        ["w<1>-worker", "master-control-plane"],
        ["w<1>-worker", "w<1>"],
    ]);
});

test("Mermaid: a frame for each host, an arrow from what is awaited to what waits", () => {
    const text = mermaid(clusterOf(state));
    assert.match(text, /^flowchart LR$/m);
    assert.match(text, /subgraph h1 \["w<1>"\]/);
    const name = (label: string) => new RegExp(`(p\\d+)\\["${label}`).exec(text)?.[1];
    assert.ok(text.includes(`    ${name("control plane")} --> ${name("Flannel")}\n`), text);
});

test("SVG: every part has a box, every wait an arrow, and names cannot break it", () => {
    const drawn = clusterOf(state);
    const text = svg(drawn);
    assert.equal(text.match(/<rect fill="#eef4fb"/g)?.length, drawn.parts.length);
    assert.equal(text.match(/<path d="M[^"]+" fill="none"/g)?.length, drawn.waits.length);
    assert.ok(text.includes("w&lt;1&gt;: worker") && !text.includes("w<1>"));
    assert.doesNotMatch(text, /NaN|undefined/);
});

test("an empty state is said to be one, and files are named after the stack", () => {
    assert.throws(() => clusterOf({ deployment: {} }), /no cluster; run pulumi up first/);
    const directory = mkdtempSync(join(tmpdir(), "diagram-"));
    try {
        const files = drawInto(directory, "cluster-lab", state);
        assert.deepEqual(files, [join(directory, "cluster-lab.svg"), join(directory, "cluster-lab.mmd")]);
        assert.match(readFileSync(files[0] ?? "", "utf8"), /^<svg /);
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
});
