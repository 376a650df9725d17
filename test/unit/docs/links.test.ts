import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const PROJECT = resolve(__dirname, "..", "..", "..");

/** The files that a document points to. */
function links(document: string): string[] {
    const text = readFileSync(join(PROJECT, document), "utf8");
    return [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !target.startsWith("https://"));
}

for (const document of ["README.md", "README.zh.md", "docs/where-to-change.md"]) {
    test(`${document} points to files that are there`, () => {
        const found = links(document);
        assert.ok(found.length > 0);
        const missing = found.filter((target) => !existsSync(join(PROJECT, dirname(document), target)));
        assert.deepEqual(missing, []);
    });
}

test("where-to-change has ten rows or more", () => {
    const text = readFileSync(join(PROJECT, "docs", "where-to-change.md"), "utf8");
    assert.ok((text.match(/^\| (?!I want|---)/gm)?.length ?? 0) >= 10);
});
