import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { report } from "../../scale/report";

const none = { seconds: 0, cpu: 0, memory: 0, files: 0, result: { code: 0, stdout: "", stderr: "" } };
const size = {
    workers: 1,
    savedAtEveryStep: true,
    runs: { preview: none, up: none, unchanged: none, add: none },
    masterDials: 0,
    workerDials: 0,
    mostOpen: 0,
    addDials: {},
};

test("docs/scale.md has the words of the command that writes it: whoever changes one changes both", () => {
    const document = readFileSync(join(resolve(__dirname, "..", "..", ".."), "docs", "scale.md"), "utf8");
    const words = (text: string) => text.split("\n").filter((line) => !/^\| \d|^Machine:/.test(line));
    assert.deepEqual(words(document), words(report([size])));
});
