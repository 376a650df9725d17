import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { report, type Times, withReport } from "../bench/report";

const document = readFileSync(join(resolve(__dirname, "..", ".."), "docs", "benchmark.md"), "utf8");
const times: Times = { up: 42.25, add: 11, destroy: 7, unchanged: 3, preview: 3 };
const measured = report([{ up: 40, add: 5, destroy: 3 }], [times], ["0.5"]);

test("a new report takes the place of the former one, and what people wrote below it stays", () => {
    const [, byHand] = document.split("\n## Runs on record\n");
    assert.ok(byHand);
    const next = withReport(document, measured);
    assert.match(next, /42\.3 s \(42\.3\)/);
    assert.doesNotMatch(next, /50\.7 s/);
    assert.equal(next.split("\n## Runs on record\n")[1], byHand);
    assert.equal(withReport(next, measured), next);
});

test("the document's measured part has the words of the report: whoever changes one changes both", () => {
    const words = (text: string) => text.split("\n").filter((line) => !/^\| |^Machine:/.test(line));
    const [above = ""] = document.split("\n## Runs on record\n");
    assert.deepEqual(words(above), words(measured));
});
