import assert from "node:assert/strict";
import { test } from "node:test";
import { CASES } from "../../field/cases";
import { isSound, type Result, table } from "../../field/table";

const result = (number: number, outcome: Result["outcome"], file = "a.test.ts", why?: string): Result => ({
    number,
    file,
    name: `case ${number}: x`,
    outcome,
    ...(why === undefined ? {} : { why }),
});
const lines = (results: Result[]) => table(results).trimEnd().split("\n");
const rowsOf = (results: Result[], number: number) =>
    lines(results).filter((line) => line.startsWith(`${String(number).padStart(4)}  `));
const lastLine = (results: Result[]) => lines(results).at(-1) ?? "";

test("each case has its row, with or without a test", () => {
    for (const [number, meaning] of Object.entries(CASES))
        assert.deepEqual(rowsOf([], Number(number)), [`${number.padStart(4)}  no test yet  ${meaning}`]);
});

test("a file's tests are counted on one line; a case is green where all of them passed", () => {
    const results = [result(1, "passed"), result(1, "passed"), result(1, "passed", "b.test.ts")];
    assert.deepEqual(rowsOf(results, 1).slice(1), [
        "   1  green          a.test.ts (2 tests)",
        "   1  green          b.test.ts",
    ]);
    assert.match(lastLine(results), /^\d+ cases: 1 green, \d+ no test yet \(2, 4, /);
    assert.ok(isSound(results));
});

test("one test that failed makes its case fail, one that did not run leaves it in part, with the reason", () => {
    const results = [
        result(1, "passed"),
        result(1, "failed"),
        result(2, "passed"),
        result(2, "not run", "b.test.ts", "needs the lab"),
        result(4, "skipped", "a.test.ts", "no kubeadm"),
    ];
    assert.match(lastLine(results), /: 0 green, 1 failed \(1\), 1 in part \(2\), 1 not run \(4\), \d+ no test yet/);
    assert.deepEqual(rowsOf(results, 2).at(-1), "   2  not run        b.test.ts: needs the lab");
    assert.ok(!isSound(results));
    assert.ok(isSound(results.filter(({ number }) => number !== 1)));
});

test("a number that no case has is an error with its place", () => {
    const results = [result(999, "passed")];
    assert.match(rowsOf(results, 999)[0] ?? "", /is no case: add it to test\/field\/cases\.ts/);
    assert.ok(!isSound(results));
});

test("chosen cases alone have rows", () => {
    assert.equal(
        table([result(4, "passed")], [4])
            .trimEnd()
            .split("\n")
            .at(-1),
        "1 cases: 1 green",
    );
});

test("where all cases are green the last line names nothing else", () => {
    const all = Object.keys(CASES).map((number) => result(Number(number), "passed"));
    assert.equal(lastLine(all), `${all.length} cases: ${all.length} green`);
});
