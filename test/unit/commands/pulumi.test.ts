import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { askPulumi } from "../../../commands/pulumi";
import { run } from "../../../commands/process";

const PROJECT = resolve(__dirname, "..", "..", "..");
/** A real package would be taken before the double, and install a CLI. */
const skip = existsSync(join(PROJECT, "node_modules", "pulumi")) && "the npm package pulumi is installed here";
let directory = "";
beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "commands-pulumi-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** An environment whose PATH has no `pulumi` but the given one. */
function path(script?: string): NodeJS.ProcessEnv {
    if (script !== undefined) writeFileSync(join(directory, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: directory };
}

/** `npm run kubeconfig` with the npm package `pulumi` beside the program, where a script of it is given. */
function kubeconfig(script?: string) {
    const modules = join(directory, "node_modules");
    if (script !== undefined) {
        mkdirSync(join(modules, "pulumi"), { recursive: true });
        writeFileSync(join(modules, "pulumi", "run.js"), script);
    }
    const command = ["--import", "tsx", join(PROJECT, "commands", "kubeconfig.ts"), "--stack", "dev"];
    const env = { HOME: directory, NODE_PATH: modules, ...path() };
    return run(process.execPath, [...command, "--out", join(directory, "out")], { cwd: PROJECT, env });
}

test("the CLI on PATH is asked from the project, without questions, colours or word of a newer version", async () => {
    const env = path('echo "$PWD $PULUMI_SKIP_UPDATE_CHECK $*"');
    const asked = `${PROJECT} true stack export --non-interactive --color never\n`;
    assert.equal(await askPulumi(["stack", "export"], "not read", env), asked);
});

test("a failure has Pulumi's own words, which steer no terminal; one ended by a signal says so", async () => {
    const env = path("printf 'error: \\033[31mno stack\\n' >&2; exit 255");
    await assert.rejects(askPulumi(["stack"], "it cannot be read", env), /^Error: it cannot be read: error: no stack$/);
    const killed = path("kill -KILL $$");
    await assert.rejects(askPulumi(["stack"], "it cannot be read", killed), /cannot be read: ended by SIGKILL$/);
});

test("without a CLI on PATH the npm package's is asked, once it has been installed", { skip }, async () => {
    const { code, stdout, stderr } = await kubeconfig(`
        const { existsSync, writeFileSync } = require("node:fs");
        const [cli, word] = [__dirname + "/installed", process.argv[2]];
        if (!existsSync(cli)) { writeFileSync(cli, ""); console.log("installing"); }
        console.log(word === "stack" ? "the kubeconfig" : "v3.259.0");`);
    assert.equal(code, 0, stdout + stderr);
    assert.equal(readFileSync(join(directory, "out"), "utf8"), "the kubeconfig\n");
});

test("an npm package that cannot install the CLI is the reason, in its own words", { skip }, async () => {
    const { code, stderr } = await kubeconfig('console.error("pulumi: fetch failed"); process.exit(1);');
    assert.deepEqual(
        [code, stderr],
        [2, "the npm package pulumi could not install Pulumi's CLI: pulumi: fetch failed\n"],
    );
});

test("with neither, the error says what is missing and how to get it", { skip }, async () => {
    const { code, stderr } = await kubeconfig();
    assert.equal(code, 2);
    assert.match(stderr, /^Pulumi's CLI is missing: there is no `pulumi` on PATH, and no npm package/);
    assert.match(stderr, /\nInstall Pulumi 3\.245 or later, or run `npm install --no-save pulumi` here\./);
});
