import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, test } from "node:test";

const COMPONENTS = resolve(__dirname, "..", "..", "..", "components");
const scripts = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sh"))
    .map((name) => join(COMPONENTS, name))
    .sort();

test("there are scripts to look at", () => assert.ok(scripts.length > 10));

for (const path of scripts) {
    describe(relative(COMPONENTS, path), () => {
        const text = readFileSync(path, "utf8");
        const head = text.slice(0, text.search(/^[^#\n]/m));
        const sourced = !text.startsWith("#!");

        test("stops at the first failure, or says by whom it is sourced", () => {
            if (sourced) assert.match(head, /^# Sourced by /m);
            else assert.match(text, /^set -euo pipefail$/m);
        });
        test("is under 150 lines", () => assert.ok(text.split("\n").length < 150));
        test("names its inputs at its top", () => {
            const call = /^read_inputs((?: \w+| \\\n +)+)/m.exec(text)?.[1] ?? "";
            for (const [name] of call.matchAll(/\w+/g)) assert.match(head, new RegExp(`\\b${name}\\b`));
        });
    });
}
