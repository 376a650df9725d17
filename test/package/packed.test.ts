import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parse, stringify } from "yaml";
import { run } from "../lab/engine";
import { created, exampleHere, PROJECT, storageHere, workspaceIn, yamlEnvironment } from "./support";

// A stranger's directory with the packed package in it. Dependencies come from the registry.
const directory = mkdtempSync(join(tmpdir(), "package-"));
const home = join(directory, "stranger");
after(() => rmSync(directory, { recursive: true, force: true }));

async function ok(program: string, args: string[], cwd = home): Promise<string> {
    const { code, stdout, stderr } = await run(program, args, { cwd, timeout: 900 });
    assert.equal(code, 0, `${program} ${args.join(" ")}:\n${stdout}${stderr}`);
    return stdout;
}

/** A directory with its own program, and the stranger's node_modules above it. */
function program(name: string, files: Record<string, string>): string {
    const path = join(home, name);
    mkdirSync(path);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
}

before(async () => {
    await ok("npm", ["pack", "--pack-destination", directory], PROJECT);
    const { version } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as { version: string };
    mkdirSync(home);
    await ok("npm", ["init", "-y"]);
    const { devDependencies } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
        devDependencies: Record<string, string>;
    };
    // The engine's plug-ins here are of exactly these versions.
    const providers = ["command", "kubernetes", "pulumi", "random"].map((name) => `@pulumi/${name}`);
    const tools = [...providers, "typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
    const tarball = join(directory, `kubeadm-cluster-${version}.tgz`);
    await ok("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...tools]);
});

test("it holds what was built, and neither sources nor tests", () => {
    const installed = (...path: string[]) => existsSync(join(home, "node_modules", "kubeadm-cluster", ...path));
    const there = ["dist/components/index.js", "dist/components/index.d.ts", "dist/provider/schema.json", "LICENSE"];
    for (const file of [...there, "bin/pulumi-resource-kubeadm-cluster", "PulumiPlugin.yaml", "README.md"])
        assert.ok(installed(file), file);
    for (const file of ["components", "test", "index.ts", "Pulumi.yaml", "node_modules"])
        assert.ok(!installed(file), file);
});

test("importing it does nothing, and ends", async () => {
    const began = Date.now();
    const names = await ok(process.execPath, ["-e", 'console.log(Object.keys(require("kubeadm-cluster")).join(" "))']);
    assert.match(names, /\bKubeadmCluster\b/);
    assert.equal(await ok(process.execPath, ["-e", 'require("kubeadm-cluster")']), "");
    const module = 'import { KubeadmCluster } from "kubeadm-cluster"; console.log(typeof KubeadmCluster)';
    assert.equal(await ok(process.execPath, ["--input-type=module", "-e", module]), "function\n");
    assert.ok(Date.now() - began < 300_000);
});

for (const [kind, file] of [
    ["a CommonJS module", "index.cts"],
    ["an ES module", "index.mts"],
] as const) {
    test(`its types fit ${kind}, as strict as TypeScript is, and their own files are sound`, async () => {
        const text = exampleHere(readFileSync(join(PROJECT, "examples", "typescript", "index.ts"), "utf8"));
        // What is wrong has to be found: else the types would be `any`.
        const wrong = `// @ts-expect-error\nnew KubeadmCluster("wrong", { nodes: [{ name: 1 }] });\n`;
        const path = program(`strict-${file.slice(-3)}`, { [file]: text + wrong });
        const module = ["--module", "node16", "--moduleResolution", "node16", "--target", "es2022"];
        const options = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false", "--noEmit", ...module];
        await ok(process.execPath, [join(home, "node_modules/typescript/bin/tsc"), ...options, join(path, file)]);
    });
}

test("the example in TypeScript: a preview plans the whole cluster", async () => {
    const example = join(PROJECT, "examples", "typescript");
    const text = readFileSync(join(example, "index.ts"), "utf8");
    assert.ok(text.trimEnd().split("\n").length < 25);
    const path = program("example", { "index.ts": exampleHere(text) });
    for (const file of ["Pulumi.yaml", "package.json"]) cpSync(join(example, file), join(path, file));
    const { code, stdout, stderr } = await (await workspaceIn(path, "kubernetes")).preview();
    assert.equal(code, 0, stdout + stderr);
    const planned = created(stdout);
    for (const name of ["master-prepare", "master-control-plane-init", "worker-1-worker-join", "worker-2-worker-join"])
        assert.ok(planned.includes(`cluster-${name}`), `${name} in:\n${stdout}`);
});

test("two clusters in one program are both planned, each with names of its own", async () => {
    const text = `const { KubeadmCluster } = require("kubeadm-cluster");
        for (const name of ["one", "two"])
            new KubeadmCluster(name, {
                sshPassword: "secret",
                network: { addOn: "flannel" },
                nodes: [
                    { name: "master", role: "control-plane", address: name + "-master.example.org", internalAddress: "192.168.33.10" },
                    { name: "worker", role: "worker", address: name + "-worker.example.org", internalAddress: "192.168.33.11" },
                ],
            });`;
    const project = "name: pair\nruntime: nodejs\nmain: index.js\n";
    const path = program("pair", { "index.js": text, "Pulumi.yaml": project });
    const { code, stdout, stderr } = await (await workspaceIn(path, "pair")).preview();
    assert.equal(code, 0, stdout + stderr);
    const planned = created(stdout);
    const [one, two] = ["one-", "two-"].map((prefix) =>
        planned.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
    );
    assert.ok(one?.includes("worker-worker-join"), stdout);
    assert.deepEqual(two?.sort(), one?.sort());
});

test("a YAML program takes the plug-in from the installed package", async () => {
    const file = parse(readFileSync(join(PROJECT, "examples/yaml/Pulumi.yaml"), "utf8")) as {
        plugins: { providers: { path: string }[] };
        resources: { cluster: { properties: { storage?: Record<string, unknown> } } };
    };
    const { properties } = file.resources.cluster;
    properties.storage = storageHere(properties.storage ?? assert.fail("no storage"));
    for (const plugin of file.plugins.providers) plugin.path = join(home, "node_modules/kubeadm-cluster/bin");
    const path = program("yaml", { "Pulumi.yaml": stringify(file) });
    const { code, stdout, stderr } = await (await workspaceIn(path, "kubernetes", await yamlEnvironment())).preview();
    assert.equal(code, 0, stdout + stderr);
    assert.ok(created(stdout).includes("cluster-worker-2-worker-join"), stdout);
});
