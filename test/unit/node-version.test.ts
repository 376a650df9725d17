import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { minVersion, subset } from "semver";

const PROJECT = resolve(__dirname, "..", "..");
const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");

interface Lock {
    packages: Record<string, { engines?: { node?: string } }>;
}
const { packages } = JSON.parse(read("package-lock.json")) as Lock;
const own = packages[""]?.engines?.node ?? "";

test("case 27: every package that npm ci installs takes each Node that the project allows", () => {
    const strict = Object.entries(packages).filter(([, { engines }]) => engines?.node && !subset(own, engines.node));
    assert.deepEqual(
        strict.map(([name, { engines }]) => `${name} wants ${engines?.node}, the project allows ${own}`),
        [],
    );
    assert.ok(subset("22.13.0", own));
    assert.ok(!subset("22.12.0", own) && !subset("23.0.0", own));
});

test("case 27: README, the tutorial and the package name the same Node", () => {
    const manifest = JSON.parse(read("package.json")) as { engines: { node: string } };
    assert.equal(manifest.engines.node, own);
    const { major, minor } = minVersion(own) ?? assert.fail(own);
    for (const file of ["README.md", "README.zh.md", "CONTRIBUTING.md", "docs/tutorial.md", "examples/README.md"])
        assert.ok(read(file).includes(`Node ${major}.${minor} `), file);
});
