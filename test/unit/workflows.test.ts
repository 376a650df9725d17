import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { minVersion, satisfies } from "semver";
import { parse } from "yaml";

const PROJECT = resolve(__dirname, "..", "..");
const DIRECTORY = join(PROJECT, ".github", "workflows");
const texts = new Map(readdirSync(DIRECTORY).map((file) => [file, readFileSync(join(DIRECTORY, file), "utf8")]));

interface Step {
    uses?: string;
    run?: string;
    shell?: string;
    env?: object;
    with?: Record<string, unknown>;
}
interface Job {
    "runs-on": string;
    name?: string;
    if?: string;
    environment?: string;
    permissions?: Record<string, string>;
    strategy?: { matrix: { node: number[] } };
    steps: Step[];
}
interface Workflow {
    on: string | Record<string, unknown>;
    permissions: Record<string, string>;
    jobs: Record<string, Job>;
}
const workflow = (file: string) => parse(texts.get(file) ?? "") as Workflow;

test("every action is pinned by its commit, with the version that it is beside it", () => {
    for (const [file, text] of texts) {
        const uses = text.split("\n").filter((line) => line.includes("uses:"));
        assert.ok(uses.length > 0, file);
        for (const line of uses) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
    }
});

const jobs = [...texts.keys()].flatMap((file) =>
    Object.entries(workflow(file).jobs).map(([name, job]) => ({ file, id: `${file} ${name}`, job })),
);
const triggers = (file: string) => {
    const { on } = workflow(file);
    return typeof on === "string" ? [on] : Object.keys(on);
};

test("every workflow may read, and what a job may write is listed here", () => {
    for (const file of texts.keys()) assert.deepEqual(workflow(file).permissions, { contents: "read" }, file);
    const more = jobs.filter(({ job }) => job.permissions !== undefined);
    assert.deepEqual(Object.fromEntries(more.map(({ id, job }) => [id, job.permissions])), {
        "preview.yml stack": { contents: "read", "pull-requests": "write" },
        "release.yml draft": { contents: "write" },
        "release.yml publish": { contents: "write", "id-token": "write" },
    });
});

test("a pull request, a fork's above all, gets secrets and rights in no job without an approved environment", () => {
    for (const file of texts.keys()) assert.ok(!triggers(file).includes("pull_request_target"), file);
    const open = jobs.filter(({ file, job }) => triggers(file).includes("pull_request") && !job.environment);
    assert.deepEqual(open.map(({ id }) => id).sort(), ["ci.yml checks", "ci.yml lab", "preview.yml new-stack"]);
    for (const { id, job } of open) {
        assert.doesNotMatch(JSON.stringify(job), /secrets\.|github\.token/, id);
        assert.equal(job.permissions, undefined, id);
        // Not on a machine that keeps anything.
        assert.match(job["runs-on"], /^ubuntu-\d+\.\d+$/, id);
    }
});

test("no checkout leaves its token behind, and no text from outside becomes part of a command", () => {
    for (const { id, job } of jobs) {
        for (const step of job.steps) {
            if (step.uses?.startsWith("actions/checkout@")) assert.equal(step.with?.["persist-credentials"], false, id);
            assert.doesNotMatch(step.run ?? "", /\$\{\{/, id);
        }
    }
});

test("every job runs a Node.js that the package allows, and the checks run the oldest and the newest of them", () => {
    const { engines } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
        engines: { node: string };
    };
    // The workflows name a major version, and get the newest of it.
    const oldest = minVersion(engines.node)?.major ?? NaN;
    const nodes = jobs.flatMap(({ id, job }) =>
        job.steps
            .filter(({ uses }) => uses?.startsWith("actions/setup-node@"))
            .flatMap((step) => job.strategy?.matrix.node ?? [step.with?.["node-version"] as number])
            .map((node) => ({ id, node })),
    );
    for (const { id, node } of nodes) assert.ok(satisfies(`${node}.999.0`, engines.node), `${id}: ${node}`);
    assert.deepEqual(workflow("ci.yml").jobs.checks?.strategy?.matrix.node, [oldest, 24]);
});

test("CI installs the Pulumi of the SDK, which the project file allows", () => {
    const read = (...path: string[]) => readFileSync(join(PROJECT, ...path), "utf8");
    const installed = /^version=(\S+)$/m.exec(read("scripts", "install-pulumi.sh"))?.[1] ?? "";
    const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
    assert.equal(installed, devDependencies["@pulumi/pulumi"]);
    const { requiredPulumiVersion } = parse(read("Pulumi.yaml")) as { requiredPulumiVersion: string };
    const [, least = ""] = /^>=(\d+\.\d+\.\d+)$/.exec(requiredPulumiVersion) ?? [];
    assert.notEqual(least, "");
    assert.ok(least.localeCompare(installed, "en", { numeric: true }) <= 0, `${least} is later than ${installed}`);
});

test("the job that signs the package runs nothing but the upload", () => {
    const { draft, publish } = workflow("release.yml").jobs;
    assert.equal(publish?.environment, "release");
    assert.doesNotMatch(JSON.stringify(publish), /actions\/checkout|npm (ci|install|run|exec)|npx/);
    assert.match(JSON.stringify(publish), /npm publish --ignore-scripts --provenance/);
    assert.doesNotMatch(texts.get("release.yml") ?? "", /secrets\./);
    const runs = (draft?.steps ?? []).map(({ run = "" }) => run);
    const at = (word: string) => runs.findIndex((run) => run.includes(word));
    // A wrong tag ends it before anything is made.
    assert.ok(
        at("release-notes.ts") > 0 && at("release-notes.ts") < at("npm pack") && at("npm sbom") < at("gh release"),
    );
});

test("the scripts that workflows run are there", () => {
    const run = jobs.flatMap(({ job }) => job.steps.map((step) => step.run ?? ""));
    const scripts = run.flatMap((text) => text.match(/(?<![\w/])(\.ci|commands|scripts|test)\/[\w.-]+/g) ?? []);
    assert.ok(scripts.includes(".ci/run") && scripts.includes("scripts/preview-ci.sh"));
    for (const script of scripts) assert.ok(existsSync(join(PROJECT, script)), script);
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
