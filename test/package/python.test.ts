import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { parse, stringify } from "yaml";
import { version } from "../../package.json";
import { ensureEngine, run } from "../lab/engine";
import { ensurePythonHost, noPython } from "./python/host";
import { ALONE, created, PROJECT, pythonExampleHere, workspaceIn } from "./support";

const example = readFileSync(join(PROJECT, "examples/python/__main__.py"), "utf8");
const directory = mkdtempSync(join(tmpdir(), "python-program-"));
let environment: NodeJS.ProcessEnv;
after(() => rmSync(directory, { recursive: true, force: true }));

async function ok(program: string, args: string[]): Promise<void> {
    const { code, stdout, stderr } = await run(program, args, { cwd: directory, timeout: 300 });
    assert.equal(code, 0, `${program} ${args.join(" ")}:\n${stdout}${stderr}`);
}

before(async () => {
    if (noPython) return;
    const host = await ensurePythonHost();
    const schema = JSON.parse(readFileSync(join(PROJECT, "provider/schema.json"), "utf8")) as object;
    writeFileSync(join(directory, "schema.json"), JSON.stringify({ ...schema, version }));
    await ok(join(host, "python-sdk"), ["schema.json", "sdk"]);
    const install = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--target", "packages", "./sdk"];
    await ok(join(host, "venv/bin/pip"), install);
    const { env } = await ensureEngine();
    const PATH = [join(host, "venv/bin"), host, env.PATH ?? ""].join(delimiter);
    environment = { ...ALONE, PATH, PYTHONPATH: join(directory, "packages") };
});

/** A preview of the example's program with this text. */
async function preview(name: string, text: string) {
    const program = join(directory, name);
    mkdirSync(program);
    const project = parse(readFileSync(join(PROJECT, "examples/python/Pulumi.yaml"), "utf8")) as {
        plugins: { providers: { path: string }[] };
    };
    for (const plugin of project.plugins.providers) plugin.path = join(PROJECT, "bin");
    writeFileSync(join(program, "Pulumi.yaml"), stringify(project));
    writeFileSync(join(program, "__main__.py"), pythonExampleHere(text));
    return (await workspaceIn(program, "kubernetes", environment)).preview();
}

test("the example is short", () => assert.ok(example.trimEnd().split("\n").length < 25));

test("the example in Python: a preview by its SDK plans the whole cluster", { skip: noPython }, async () => {
    const { code, stdout, stderr } = await preview("example", example);
    assert.equal(code, 0, stdout + stderr);
    const planned = created(stdout);
    // The network's add-on is said in Python's way of writing.
    for (const name of ["master-control-plane-init", "worker-2-worker-join", "network-daemon-set"])
        assert.ok(planned.includes(`cluster-${name}`), `${name} in:\n${stdout}`);
});

test("what is wrong with the arguments is said with its path", { skip: noPython }, async () => {
    const { code, stdout, stderr } = await preview("wrong", example.replace('"role": "worker"', '"role": "boss"'));
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /cluster:nodes\[1\]\.role: .*"boss"/);
});
