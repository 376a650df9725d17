import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { after, before, test } from "node:test";
import { measure } from "../scale/measure";
import { SimulatedStack } from "./simulated-stack";

const WORKERS = 100;
const MOST_SECONDS = 15;
const MOST_BYTES = 1024 ** 3;

let stack: SimulatedStack;

before(async () => {
    stack = await SimulatedStack.start(WORKERS);
});
after(() => stack.close());

test(`a preview of ${WORKERS} workers takes at most ${MOST_SECONDS} s and 1 GB`, async (t) => {
    const { seconds, cpu, memory, result } = await measure((options) => stack.workspace.preview([], options));
    t.diagnostic(`${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of work, ${Math.round(memory / 1024 ** 2)} MiB`);
    assert.match(result.stdout, new RegExp(`worker-${WORKERS}-node-ready create`));
    // Beside other tests a run takes as long as they leave it: then what counts is the work, which is two processors'.
    const alone = seconds <= MOST_SECONDS;
    assert.ok(alone || cpu <= MOST_SECONDS * Math.min(2, availableParallelism()), `${seconds} s, ${cpu} s of work`);
    assert.ok(memory <= MOST_BYTES, `${memory} bytes`);
});
