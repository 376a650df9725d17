import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";

const PROJECT = resolve(__dirname, "..", "..");
const DIRECTORY = join(PROJECT, ".github", "workflows");
const texts = new Map(readdirSync(DIRECTORY).map((file) => [file, readFileSync(join(DIRECTORY, file), "utf8")]));

interface Workflow {
    on: unknown;
    permissions: Record<string, string>;
    jobs: Record<string, { name?: string; if?: string; environment?: string; steps: { run?: string; env?: object }[] }>;
}
const workflow = (file: string) => parse(texts.get(file) ?? "") as Workflow;

test("every action is pinned by its commit, with the version that it is beside it", () => {
    for (const [file, text] of texts) {
        const uses = text.split("\n").filter((line) => line.includes("uses:"));
        assert.ok(uses.length > 0, file);
        for (const line of uses) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
    }
});

test("the scripts that workflows run are there", () => {
    for (const [file, text] of texts) {
        for (const [script] of text.matchAll(/scripts\/[\w.-]+/g)) {
            assert.ok(existsSync(join(PROJECT, script)), `${file}: ${script}`);
        }
    }
});

test("a fork's preview gets no secret, and none of its code runs with the rights of the repository", () => {
    const { on, permissions, jobs } = workflow("preview.yml");
    assert.equal(on, "pull_request");
    assert.deepEqual(permissions, { contents: "read" });
    const { fork } = jobs;
    assert.match(fork?.if ?? "", /head\.repo\.full_name != github\.repository/);
    assert.doesNotMatch(JSON.stringify(fork), /secrets\.|environment/);
    assert.match(fork?.steps.at(-1)?.run ?? "", /--throw-away$/);
});

test("up waits for the approval of an environment, and drift says what it looks at", () => {
    const { up, drift } = workflow("deploy.yml").jobs;
    assert.equal(up?.environment, "production");
    assert.match(drift?.name ?? "", /Kubernetes objects only/);
});
