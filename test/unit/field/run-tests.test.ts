import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import type { Run } from "../../field/run-tests";

let project: string;
before(() => {
    project = mkdtempSync(join(tmpdir(), "field-"));
});
after(() => rmSync(project, { recursive: true }));

/** What a run of a file with these lines shows; in a process of its own, for node's runner does not run within itself. */
function run(lines: string[], cases: number[], milliseconds = 60_000): Run {
    writeFileSync(
        join(project, "a.test.ts"),
        ['import { describe, test as it } from "node:test";', 'import assert from "node:assert";', ...lines].join("\n"),
    );
    const module = resolve(__dirname, "..", "..", "field", "run-tests.ts");
    const driver = `
        const { runTests } = require(${JSON.stringify(module)});
        const files = [{ file: "a.test.ts", cases: ${JSON.stringify(cases)}, others: false, needsLab: false }];
        runTests(${JSON.stringify(project)}, files, 1, AbortSignal.timeout(${milliseconds}), /(^| )case \\d+: /).then((run) => {
            require("node:fs").writeFileSync(${JSON.stringify(join(project, "run.json"))}, JSON.stringify(run));
            process.exit(0);
        });`;
    writeFileSync(join(project, "driver.cjs"), driver);
    const env = { ...process.env };
    delete env["NODE_TEST_CONTEXT"];
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", join(project, "driver.cjs")], {
        encoding: "utf8",
        env,
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(spawnSync("cat", [join(project, "run.json")], { encoding: "utf8" }).stdout) as Run;
}

const outcomes = ({ results }: Run) => results.map(({ number, outcome, why }) => [number, outcome, why]);

test("tests of cases run, those within a group as well, and no others", () => {
    const found = run(
        [
            'it("case 1: a", () => undefined);',
            'describe("group", () => { it("case 2: b", () => undefined); it("other", () => assert.fail()); });',
            'it("case 4: c", { skip: "no kubeadm" }, () => undefined);',
        ],
        [1, 2, 4],
    );
    assert.deepEqual(outcomes(found), [
        [1, "passed", undefined],
        [2, "passed", undefined],
        [4, "skipped", "no kubeadm"],
    ]);
    assert.deepEqual(found.failures, []);
});

test("a failure is told with its reason, a test that is declared and does not run is one", () => {
    const found = run(['it("case 1: a", () => assert.equal(1, 2));'], [1, 2]);
    assert.deepEqual(outcomes(found), [
        [1, "failed", undefined],
        [2, "failed", "the file names it, and no such test ran"],
    ]);
    assert.match(found.failures.join("\n"), /^a\.test\.ts: case 1: a\n[^]*1 == 2/);
});

test("a file that cannot be read is a failure of all its cases", () => {
    const found = run(['throw new Error("broken");'], [1]);
    assert.deepEqual(outcomes(found), [[1, "failed", "the file names it, and no such test ran"]]);
    assert.notDeepEqual(found.failures, []);
});

test("what has not ended in time has not run", () => {
    const found = run(['it("case 1: a", () => new Promise((end) => setTimeout(end, 60_000)));'], [1], 4000);
    assert.deepEqual(outcomes(found), [[1, "not run", "the time is over"]]);
    assert.deepEqual(found.failures, []);
});
