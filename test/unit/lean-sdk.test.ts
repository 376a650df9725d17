import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { leanSdk } from "../../components";

const prepareStackTrace = Error.prepareStackTrace?.bind(Error);
const { debug } = pulumi.log;
beforeEach(() => leanSdk());
afterEach(() => {
    Error.prepareStackTrace = prepareStackTrace;
    Object.assign(pulumi.log, { debug });
});

test("an error that says something keeps its stack; one without a message has none to read back", () => {
    assert.match(new Error("why").stack ?? "", /^Error: why\n\s+at .*lean-sdk\.test\.ts/);
    assert.equal(new Error().stack, "Error");
    assert.match(new TypeError("why").stack ?? "", /^TypeError: why\n\s+at /);
});
