import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { measure } from "./measure";
import { SimulatedStack } from "../engine/simulated-stack";

const WORKERS = 100;
const MOST_SECONDS = 15;
/** Seconds of work of all processors, where other tests take a part of them: seen were 16 to 24. */
const MOST_WORK = 28;
/** Seen were 0.6 to 0.7 GB; how long the program's garbage is left lying differs. */
const MOST_BYTES = 1e9;

let stack: SimulatedStack;

before(async () => {
    stack = await SimulatedStack.start(WORKERS);
});
after(() => stack.close());

test(`a preview of ${WORKERS} workers keeps to its time and memory`, async (t) => {
    const { seconds, cpu, memory, result } = await measure((options) => stack.workspace.preview([], options));
    t.diagnostic(`${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of work, ${Math.round(memory / 1024 ** 2)} MiB`);
    assert.match(result.stdout, new RegExp(`worker-${WORKERS}-node-ready create`));
    assert.ok(seconds <= MOST_SECONDS || cpu <= MOST_WORK, `${seconds} s, ${cpu} s of work`);
    assert.ok(memory <= MOST_BYTES, `${memory} bytes`);
});
