import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { measure } from "./measure";
import { output, SimulatedStack } from "../engine/simulated-stack";

const WORKERS = 100;
const MOST_SECONDS = 15;
/** Seconds of work of all processors, where other tests take a part of them: seen were 18 to 25. */
const MOST_WORK = 28;
/** Seen were 0.6 to 0.7 GB; how long the program's garbage is left lying differs. */
const MOST_BYTES = 1e9;

let stack: SimulatedStack;

before(async () => {
    stack = await SimulatedStack.start(WORKERS);
});
after(() => stack.close());

test(`a preview of ${WORKERS} workers keeps to its time and memory`, async (t) => {
    // Timed by itself: looking at its memory takes a preview some 6 % more.
    const began = Date.now();
    const result = await stack.workspace.preview([]);
    const seconds = (Date.now() - began) / 1000;
    assert.equal(result.code, 0, output(result));
    const { cpu, memory } = await measure((options) => stack.workspace.preview([], options));
    t.diagnostic(`${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of work, ${Math.round(memory / 1024 ** 2)} MiB`);
    assert.match(result.stdout, new RegExp(`worker-${WORKERS}-worker-ready create`));
    assert.ok(seconds <= MOST_SECONDS || cpu <= MOST_WORK, `${seconds} s, ${cpu} s of work`);
    assert.ok(memory <= MOST_BYTES, `${memory} bytes`);
});
