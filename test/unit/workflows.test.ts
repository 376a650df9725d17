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
    jobs: Record<
        string,
        { name?: string; if?: string; environment?: string; steps: { run?: string; shell?: string; env?: object }[] }
    >;
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
    const { "new-stack": fork } = jobs;
    assert.doesNotMatch(JSON.stringify(fork), /secrets\.|environment/);
    assert.match(fork?.steps.at(-1)?.run ?? "", /--throw-away$/);
});

test("no preview of a pull request has the stack's secrets without the approval that up waits for", () => {
    for (const job of Object.values(workflow("preview.yml").jobs)) {
        if (/secrets\./.test(JSON.stringify(job))) assert.equal(job.environment, "production");
    }
});

test("up runs from the default branch alone, however it is started", () => {
    for (const job of Object.values(workflow("deploy.yml").jobs)) {
        assert.match(
            job.if ?? "",
            /&& github\.ref == format\('refs\/heads\/\{0\}', github\.event\.repository\.default_branch\)$/,
        );
    }
});

test("finding 9: no word of a host reaches the log of an up as it is, and a failure is not lost on the way", () => {
    const ups = Object.values(workflow("deploy.yml").jobs).flatMap(({ steps }) =>
        steps.filter(({ run }) => run?.startsWith("pulumi up")),
    );
    assert.equal(ups.length, 1);
    for (const { run, shell } of ups) {
        assert.match(run ?? "", / 2>&1 \| npx tsx commands\/host-words-filter\.ts$/);
        // Named, it runs with pipefail.
        assert.equal(shell, "bash");
    }
});

test("nothing that is downloaded is run before its sum is known to be right", () => {
    for (const file of ["scripts/install-pulumi.sh", ...[...texts.keys()].map((name) => `.github/workflows/${name}`)])
        assert.doesNotMatch(readFileSync(join(PROJECT, file), "utf8"), /\|\s*(sudo )?(ba)?sh\b/, file);
    const script = readFileSync(join(PROJECT, "scripts", "install-pulumi.sh"), "utf8");
    assert.ok(script.indexOf("sha256sum") > 0 && script.indexOf("sha256sum") < script.indexOf("tar -x"));
});

test("what holds secrets is left out of the repository", () => {
    const ignored = readFileSync(join(PROJECT, ".gitignore"), "utf8").split("\n");
    for (const name of ["/kubeconfig*", "*.db"]) assert.ok(ignored.includes(name), name);
});

test("up waits for the approval of an environment, and drift says what it looks at", () => {
    const { up, drift } = workflow("deploy.yml").jobs;
    assert.equal(up?.environment, "production");
    assert.match(drift?.name ?? "", /Kubernetes objects only/);
});
