import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself: the SDK calls what is set on it
import debuggable = require("@pulumi/pulumi/runtime/debuggable");
import { leanSdk } from "../../components";

const prepareStackTrace = Error.prepareStackTrace?.bind(Error);
const { debug } = pulumi.log;
const sdk = debuggable as unknown as { debuggablePromise: (promise: Promise<string>, name: string) => Promise<string> };
const { debuggablePromise } = sdk;
beforeEach(() => leanSdk());
afterEach(() => {
    Error.prepareStackTrace = prepareStackTrace;
    Object.assign(pulumi.log, { debug });
    Object.assign(debuggable, { debuggablePromise });
});

test("an error that says something keeps its stack; one without a message has none to read back", () => {
    assert.match(new Error("why").stack ?? "", /^Error: why\n\s+at .*lean-sdk\.test\.ts/);
    assert.equal(new Error().stack, "Error");
    assert.match(new TypeError("why").stack ?? "", /^TypeError: why\n\s+at /);
});

test("a promise of the SDK gives what it did, without a note of where it was made; stacks are whole again behind it", async () => {
    const limit = Error.stackTraceLimit;
    const promise = Promise.resolve("kept");
    assert.equal(await sdk.debuggablePromise(promise, "a promise"), "kept");
    assert.equal((promise as { _debugStackTrace?: string })._debugStackTrace, "Error");
    assert.equal(Error.stackTraceLimit, limit);
    await assert.rejects(sdk.debuggablePromise(Promise.reject(new Error("broken")), "a promise"), /broken/);
});
