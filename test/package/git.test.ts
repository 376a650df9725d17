import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { parse, stringify } from "yaml";
import { version } from "../../package.json";
import { GitServer } from "../doubles/git-server";
import { ensureEngine, type Workspace } from "../lab/engine";
import { created, PROJECT, storageHere, workspaceIn, yamlEnvironment } from "./support";

const directory = mkdtempSync(join(tmpdir(), "git-program-"));
const program = join(directory, "program");
let site: GitServer;
let address: string;
let workspace: Workspace;

interface Program {
    plugins?: unknown;
    packages?: Record<string, string>;
    resources: { cluster: { properties: { storage?: Record<string, unknown> } } };
}
const written = () => parse(readFileSync(join(program, "Pulumi.yaml"), "utf8")) as Program;

before(async () => {
    site = await GitServer.start();
    address = site.offer("owner/kubeadm-cluster", PROJECT, `v${version}`);
    // The example, without the plug-in's directory.
    mkdirSync(program);
    const file = parse(readFileSync(join(PROJECT, "examples/yaml/Pulumi.yaml"), "utf8")) as Program;
    delete file.plugins;
    const { properties } = file.resources.cluster;
    properties.storage = storageHere(properties.storage ?? assert.fail("no storage"));
    writeFileSync(join(program, "Pulumi.yaml"), stringify(file));

    const yaml = await yamlEnvironment();
    // A home of this test, so that the plug-in is taken from Git. It has the others already.
    const { env } = await ensureEngine();
    const home = join(directory, "home");
    cpSync(join(env.PULUMI_HOME ?? "", "plugins"), join(home, "plugins"), { recursive: true });
    workspace = await workspaceIn(program, "kubernetes", {
        ...yaml,
        ...site.env,
        PATH: [join(__dirname, "node-host"), yaml.PATH ?? ""].join(delimiter),
        PULUMI_HOME: home,
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
    });
});
after(() => {
    site.close();
    rmSync(directory, { recursive: true, force: true });
});

test("`pulumi package add` takes the plug-in from a Git repository by its tag", { timeout: 1_200_000 }, async () => {
    const { code, stdout, stderr } = await workspace.pulumi(["package", "add", `${address}@${version}`]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout + stderr, /Added package .*kubeadm-cluster/);
    assert.deepEqual(written().packages, { "kubeadm-cluster": `${address.replace("https://", "")}@${version}` });
});

test("the program that has it so is previewed, with every step", { timeout: 300_000 }, async () => {
    const { code, stdout, stderr } = await workspace.preview();
    assert.equal(code, 0, stdout + stderr);
    assert.ok(created(stdout).includes("cluster-worker-2-worker-join"), stdout);
});
