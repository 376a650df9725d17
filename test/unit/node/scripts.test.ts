import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { CONTROL_PLANE_SCRIPTS, SCRIPTS } from "./scripts-copy";

const COMPONENTS = resolve(__dirname, "..", "..", "..", "components");
const scripts = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sh"))
    .map((name) => join(COMPONENTS, name))
    .sort();

test("there are scripts to look at", () => assert.ok(scripts.length > 10));

test("what a script of every node sources, every node has; verify.sh compares the control plane's files only there", () => {
    for (const name of readdirSync(SCRIPTS).filter((one) => one.endsWith(".sh"))) {
        const text = readFileSync(join(SCRIPTS, name), "utf8");
        for (const [, sourced = ""] of text.matchAll(/^\s*\. "\$here\/([a-z-]+\.sh)"/gm)) {
            const place = name === "verify.sh" && sourced === "verify-manifests.sh" ? CONTROL_PLANE_SCRIPTS : SCRIPTS;
            assert.ok(existsSync(join(place, sourced)), `${name} sources ${sourced}`);
        }
    }
});

for (const path of scripts) {
    describe(relative(COMPONENTS, path), () => {
        const text = readFileSync(path, "utf8");
        const head = text.slice(0, text.search(/^[^#\n]/m));
        const sourced = !text.startsWith("#!");

        test("stops at the first failure, or says by whom it is sourced", () => {
            if (sourced) assert.match(head, /^# Sourced by /m);
            else assert.match(text, /^set -euo pipefail$/m);
        });
        test("is under 150 lines", () => assert.ok(text.trimEnd().split("\n").length < 150));
        test("names its inputs at its top", () => {
            const call = /^read_inputs((?: \w+| \\\n +)+)/m.exec(text)?.[1] ?? "";
            for (const [name] of call.matchAll(/\w+/g)) assert.match(head, new RegExp(`\\b${name}\\b`));
        });
    });
}
