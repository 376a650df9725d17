import assert from "node:assert/strict";
import { test } from "node:test";
import { durationSeconds } from "../../../components/config";

test("durations in Go's form", () => {
    const seconds = { "10s": 10, "1m30s": 90, "1h": 3600, "500ms": 0.5, "1.5s": 1.5, "2h45m": 9900, "0s": 0 };
    for (const [text, expected] of Object.entries(seconds)) assert.equal(durationSeconds(text), expected, text);
});

test("what is no duration is told apart", () => {
    for (const text of ["", "10", "s", "10 s", "-10s", "10S", "1d", "10s later"]) {
        assert.equal(durationSeconds(text), undefined, text);
    }
});
