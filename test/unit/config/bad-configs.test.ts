import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { validateConfig } from "../../../components/config";

const directory = join(__dirname, "bad");
const files = readdirSync(directory);

/** The report that a file's head says it must give: the lines after #!. */
function expectedReport(text: string): string {
    const lines = text.split("\n").filter((line) => line.startsWith("#! "));
    return lines.map((line) => line.slice(3)).join("\n");
}

function report(config: unknown): string {
    return (validateConfig(config).problems ?? []).map(({ path, message }) => `${path}: ${message}`).join("\n");
}

// Each file is a whole configuration, a comment of what is wrong with it, and the one report that it must give.
describe("bad configurations", () => {
    for (const file of files) {
        const text = readFileSync(join(directory, file), "utf8");
        test(file.replace(".yaml", ""), () => assert.equal(report(parse(text)), expectedReport(text)));
    }

    test("are at least forty, each with a report of its own", () => {
        const reports = files.map((file) => expectedReport(readFileSync(join(directory, file), "utf8")));
        assert.ok(files.length >= 40);
        assert.ok(!reports.includes(""));
        assert.equal(new Set(reports).size, files.length);
    });

    test("a configuration with twelve faults gives twelve reports", () => {
        const text = readFileSync(join(directory, "twelve-faults.yaml"), "utf8");
        assert.equal(validateConfig(parse(text)).problems?.length, 12);
    });
});
