import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { outputError } from "../../../components/config/problem";

test("an error within an output keeps its text, whatever the SDK writes in front of it", () => {
    const error = outputError("the host has no disk");
    error.message = `error serializing property "stdin": ${error.message}`;
    assert.equal(error.message, "the host has no disk");
    assert.ok(pulumi.RunError.isInstance(error));
});
