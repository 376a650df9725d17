import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { CONTROL_PLANE_SCRIPTS, NODE_SCRIPTS } from "../../../components/hosts/script-directories";

const COMPONENTS = resolve(__dirname, "..", "..", "..", "components");
const scripts = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sh"))
    .map((name) => join(COMPONENTS, name))
    .sort();

test("no two have one name: on a host they lie in one directory", () => {
    const names = scripts.map((path) => basename(path));
    assert.deepEqual(names, [...new Set(names)]);
});

test("there are scripts to look at", () => assert.ok(scripts.length > 10));

/** What a script of every node sources on the control plane alone. */
const THERE = new Map([
    ["verify.sh", "verify-manifests.sh"],
    ["verify-host.sh", "certificates.sh"],
    ["settle.sh", "connectivity-test.sh"],
]);

test("what a script of every node sources, every node has, but for what runs on the control plane alone", () => {
    const has = (places: string[], name: string) => places.some((place) => existsSync(join(place, name)));
    const ofNodes = scripts.filter((path) => NODE_SCRIPTS.includes(dirname(path)));
    assert.ok(ofNodes.length > 30);
    for (const path of ofNodes) {
        const name = basename(path);
        for (const [, sourced = ""] of readFileSync(path, "utf8").matchAll(/^\s*\. "\$here\/([a-z-]+\.sh)"/gm)) {
            const only = THERE.get(name) === sourced;
            assert.ok(has(only ? CONTROL_PLANE_SCRIPTS : NODE_SCRIPTS, sourced), `${name} sources ${sourced}`);
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
            // What runs in an image's own shell has what that shell has.
            else assert.match(text, text.startsWith("#!/bin/sh") ? /^set -eu$/m : /^set -euo pipefail$/m);
        });
        test("is under 150 lines", () => assert.ok(text.trimEnd().split("\n").length < 150));
        test("names its inputs at its top", () => {
            const call = /^read_inputs((?: \w+| \\\n +)+)/m.exec(text)?.[1] ?? "";
            for (const [name] of call.matchAll(/\w+/g)) assert.match(head, new RegExp(`\\b${name}\\b`));
        });
    });
}
