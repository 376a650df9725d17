import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { failure, inLines, refuse } from "../../../components/config/problem";

const LONG = "kubernetes.encryptionKey: cannot become 2 (it is 1) while the control plane has several nodes";

test("a text that fits stays one line, and a longer one has a line for each of its parts", () => {
    assert.equal(inLines("a: is missing; found nothing"), "a: is missing; found nothing");
    assert.equal(
        inLines(`${LONG}; go down to one; change the key`, "  "),
        `  ${LONG}\n    go down to one\n    change the key`,
    );
    assert.equal(failure(`${LONG}; go down to one`).message, `${LONG}\n  go down to one`);
});

test("a quoted value is shown as it was found, a text that has its lines is left alone, and no word is lost", () => {
    const found = 'found "a; b \\"c; d\\""';
    assert.equal(inLines(`${LONG}; ${found}`), `${LONG}\n  ${found}`);
    assert.equal(inLines(`${LONG}; a\nb; c`), `${LONG}; a\nb; c`);
    // A quote that is never closed.
    const odd = `${LONG}; found "a; then b`;
    assert.equal(inLines(odd).replaceAll(/\s+/g, ""), odd.replaceAll(/\s+/g, "").replaceAll(";", ""));
});

test("all problems of a component's arguments are in one error, each on its line", () => {
    const problems = [
        { path: "version", message: "is missing" },
        { path: "digests.kube", message: 'must be sha256:...; found "x"' },
    ];
    assert.throws(() => refuse("weave", problems), {
        message: 'weave:\n  version: is missing\n  digests.kube: must be sha256:...; found "x"',
    });
    refuse("weave", []);
});

test("an error within an output keeps its text, whatever the SDK writes in front of it", () => {
    const error = failure("the host has no disk");
    error.message = `error serializing property "stdin": ${error.message}`;
    assert.equal(error.message, "the host has no disk");
    assert.ok(pulumi.RunError.isInstance(error));
});
