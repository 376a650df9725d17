import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as yaml from "yaml";
import * as lab from "../lab/api";
import { Workspace } from "../lab/engine";
import { yamlEnvironment } from "../package/support";
import { kubectl, labCommand, readyNodes } from "./support/cluster";
import { destroyLeavesNothing, nothingToChange } from "./support/stack";

const HOSTS = ["master", "worker-1", "worker-2"];
const NAMESPACE = "kubeadm-cluster";
/** The article's network and storage, where their images are at hand. */
const ARTICLE = process.env.LAB_IMAGES ? ["--network", "weave", "--storage", "rook"] : [];
const directory = mkdtempSync(join(tmpdir(), "yaml-program-"));
let workspace: Workspace;

interface Program {
    name: string;
    plugins: { providers: { path: string }[] };
    resources: { cluster: { properties: Record<string, unknown> } };
}

/** The example's program, with the lab's hosts and mirror in place of the example's. */
function writeProgram(): void {
    const program = yaml.parse(readFileSync(join(lab.projectDir, "examples/yaml/Pulumi.yaml"), "utf8")) as Program;
    const { config } = yaml.parse(readFileSync(lab.configFile(), "utf8")) as { config: Record<string, unknown> };
    const settings = Object.entries(config).map(([key, value]) => [key.replace(`${NAMESPACE}:`, ""), value] as const);
    const { cluster } = program.resources;
    const { sshPrivateKey } = cluster.properties;
    cluster.properties = { ...Object.fromEntries(settings), sshPrivateKey };
    program.name = NAMESPACE;
    for (const plugin of program.plugins.providers) plugin.path = join(lab.projectDir, "bin");
    writeFileSync(join(directory, "Pulumi.yaml"), yaml.stringify(program, { lineWidth: 0 }));
}

before(async () => {
    await labCommand("down");
    await labCommand("hosts", ...ARTICLE);
    writeProgram();
    // The lab's own stack: `lab down` destroys it where this test could not.
    workspace = new Workspace({ ...lab.labWorkspace().settings, program: directory, env: await yamlEnvironment() });
    await workspace.init();
});
after(async () => {
    await labCommand("down");
    rmSync(directory, { recursive: true, force: true });
});

test("the YAML program makes the article's cluster", async (t) => {
    const began = Date.now();
    const { code, stdout, stderr } = await workspace.up();
    assert.equal(code, 0, stdout + stderr);
    t.diagnostic(`pulumi up took ${Math.round((Date.now() - began) / 1000)} s`);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    await kubectl("-n kube-system rollout status deployment/coredns --timeout 60s");
    const flags = await kubectl(
        "-n kube-system get pod kube-controller-manager-master -o 'jsonpath={.spec.containers[0].command}'",
    );
    assert.match(flags, /--horizontal-pod-autoscaler-sync-period=10s/);
    if (ARTICLE.length > 0) {
        await kubectl("-n kube-system rollout status daemonset/weave-net --timeout 60s");
        assert.match(await kubectl("-n rook-ceph get cephcluster -o 'jsonpath={.items[0].status.phase}'"), /^Ready$/);
    }
});

test("its outputs are there, the kubeconfig as a secret", async () => {
    const { kubeconfig, endpoint } = await workspace.outputs();
    assert.match(String(endpoint), /^https:\/\//);
    assert.match(String(kubeconfig), /client-key-data/);
    const { stdout } = await workspace.ok(["stack", "output", "kubeconfig"]);
    assert.equal(stdout.trim(), "[secret]");
});

test("a second preview finds nothing to do", () => nothingToChange(workspace));

test("its destroy leaves nothing of a cluster on the hosts", () => destroyLeavesNothing(HOSTS, workspace));
