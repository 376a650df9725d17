import assert from "node:assert/strict";
import { test } from "node:test";
import { releaseNotes } from "../../scripts/release-notes";

const CHANGELOG = `# Changelog

Words about it.

## 0.3.0, not released yet (Kubernetes 1.33.0)

- Newest.

## 0.2.0 (Kubernetes 1.32.0)

- One.
- Two.

## 0.1.0 (Kubernetes 1.32.0)

## 0.0.1 (Kubernetes 1.32.0)

- First.
`;

test("a release's notes are its own section of the changelog, headed by version and Kubernetes", () => {
    assert.equal(releaseNotes(CHANGELOG, "v0.2.0", "0.2.0"), "0.2.0 (Kubernetes 1.32.0)\n\n- One.\n- Two.\n");
    assert.equal(releaseNotes(CHANGELOG, "v0.0.1", "0.0.1"), "0.0.1 (Kubernetes 1.32.0)\n\n- First.\n");
});

test("a tag is refused that is another version, or has no section, an empty one, or one that is not released", () => {
    const refused: [tag: string, version: string, reason: RegExp][] = [
        ["v0.2.0", "0.3.0", /the tag is v0\.2\.0, but package\.json has the version 0\.3\.0/],
        ["0.2.0", "0.2.0", /tag v0\.2\.0/],
        ["v0.2", "0.2", /has no section "## 0\.2 /],
        ["v0.3.0", "0.3.0", /take "not released yet" out/],
        ["v0.1.0", "0.1.0", /nothing below "## 0\.1\.0/],
    ];
    for (const [tag, version, reason] of refused) assert.throws(() => releaseNotes(CHANGELOG, tag, version), reason);
});
