import assert from "node:assert/strict";
import { test } from "node:test";
import { quickStacks } from "../../components";

test("an error that says something keeps its stack; one without a message has none to read back", () => {
    const before = Error.prepareStackTrace?.bind(Error);
    try {
        quickStacks();
        assert.match(new Error("why").stack ?? "", /^Error: why\n\s+at .*quick-stacks\.test\.ts/);
        assert.equal(new Error().stack, "Error");
        assert.match(new TypeError("why").stack ?? "", /^TypeError: why\n\s+at /);
    } finally {
        Error.prepareStackTrace = before;
    }
});
