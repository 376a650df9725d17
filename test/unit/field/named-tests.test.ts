import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { caseFiles, casePattern, casesIn } from "../../field/named-tests";

/** A test by its name, in quotes, as a file declares it; in parts, for this file has no such test. */
const declared = (name: string, how = "test") => `${how}${"("}${name}, () => undefined);\n`;

test("a test is a case's by the beginning of its name, on whatever line that stands", () => {
    assert.deepEqual(casesIn(declared('"case 7: a"') + declared("\n    `case 12: ${b}`") + declared("'case 7: c'")), {
        cases: [7, 12],
        others: false,
    });
    assert.deepEqual(casesIn(declared('"case 3: a"', "test.skip")), { cases: [3], others: false });
    for (const name of ['"in case 7: a"', '"Case 7: a"', '"case 7 a"', '"case of seven"'])
        assert.equal(casesIn(declared(name)), undefined, name);
    assert.equal(casesIn(declared('"case 7: a"', "describe")), undefined);
});

test("a number that a variable has is found when the test runs", () => {
    assert.deepEqual(casesIn(declared("`case ${number}: a`")), { cases: [], others: true });
});

test("chosen cases are no others that begin with the same digits", () => {
    const names = ["case 1: a", "case 12: a", "group case 4: a", "no case 4"];
    const matching = (numbers?: number[]) => names.filter((name) => casePattern(numbers).test(name));
    assert.deepEqual(matching(), names.slice(0, 3));
    assert.deepEqual(matching([1, 4]), ["case 1: a", "group case 4: a"]);
});

test("files are found wherever they stand below test/; those of the lab are known by their directory", () => {
    const project = mkdtempSync(join(tmpdir(), "field-"));
    try {
        const write = (file: string, text: string) => {
            mkdirSync(dirname(join(project, file)), { recursive: true });
            writeFileSync(join(project, file), text);
        };
        write("test/unit/deep/a.test.ts", declared('"case 1: a"'));
        write("test/cluster/b.test.ts", declared('"case 2: b"'));
        write("test/unit/no-case.test.ts", declared('"no case"'));
        write("test/unit/helper.ts", declared('"case 3: c"'));
        // The tests of the command have tests of cases as texts.
        write("test/unit/field/d.test.ts", declared('"case 5: e"'));
        write("components/c.test.ts", declared('"case 4: d"'));
        assert.deepEqual(caseFiles(project), [
            { file: "test/cluster/b.test.ts", cases: [2], others: false, needsLab: true },
            { file: "test/unit/deep/a.test.ts", cases: [1], others: false, needsLab: false },
        ]);
    } finally {
        rmSync(project, { recursive: true });
    }
});
