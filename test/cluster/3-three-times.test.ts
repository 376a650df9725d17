import assert from "node:assert/strict";
import { test } from "node:test";
import * as lab from "../lab/api";
import { labCommand, readyNodes } from "./support/cluster";

for (const round of [1, 2, 3]) {
    test(`up and down, round ${round}: three Ready nodes, then nothing left on the machine`, async () => {
        await labCommand("up");
        assert.equal((await readyNodes()).length, 3);
        await labCommand("down");
        await lab.assertNothingLeft();
    });
}
