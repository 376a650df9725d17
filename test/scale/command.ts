import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { SimulatedStack } from "../engine/simulated-stack";
import { measure } from "./measure";
import { plot } from "./plot";
import { report, type Size } from "./report";

const DOCUMENT = resolve(__dirname, "..", "..", "docs", "scale.md");
const PLOT = resolve(__dirname, "..", "..", "docs", "scale.svg");
const DEFAULT_WORKERS = [3, 12, 50, 100, 500];
/** Up to this many workers the state is saved at every step, as it is by default; beyond, at the end of a run. */
const SAVED_AT_EVERY_STEP = 12;
/** Longest time of one run of Pulumi, in seconds: what takes longer ends the command with an error. */
const LIMIT_SECONDS = 900;

/** What runs of Pulumi cost with this many workers, on hosts that do nothing. */
async function size(workers: number): Promise<Size> {
    const say = (text: string) => console.log(`${workers} workers: ${text}`);
    const stack = await SimulatedStack.start(workers);
    try {
        // A /24 for each node: the default has room for 256 of them.
        if (workers > 250) Object.assign(stack.settings.kubernetes as object, { podSubnet: "10.244.0.0/14" });
        stack.configure();
        const env = workers > SAVED_AT_EVERY_STEP ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {};
        const limit = { timeout: LIMIT_SECONDS, env };
        const preview = await measure((options) => stack.workspace.preview([], { ...options, ...limit }));
        say(`preview of all: ${preview.seconds.toFixed(1)} s`);
        const up = await measure((options) => stack.tryUp([], { ...options, ...limit }));
        say(`first up: ${up.seconds.toFixed(1)} s`);
        const { master = 0, ...others } = stack.dials;
        const mostOpen = Math.max(...[...stack.hosts.values()].map(({ ssh }) => ssh.mostOpen));
        const unchanged = await measure((options) => stack.tryUp([], { ...options, ...limit }));
        say(`up without changes: ${unchanged.seconds.toFixed(1)} s`);
        await stack.add("one-more", "worker");
        const add = await measure((options) => stack.tryUp([], { ...options, ...limit }));
        say(`one worker more: ${add.seconds.toFixed(1)} s`);
        return {
            workers,
            savedAtEveryStep: workers <= SAVED_AT_EVERY_STEP,
            runs: { preview, up, unchanged, add },
            masterDials: master,
            workerDials: Math.max(...Object.values(others)),
            mostOpen,
            addDials: stack.dials,
        };
    } finally {
        await stack.close();
    }
}

/** `npm run scale -- [WORKERS...]` */
async function main(words: string[]): Promise<void> {
    const numbers = words.length > 0 ? words.map(Number) : DEFAULT_WORKERS;
    if (numbers.some((number) => !Number.isInteger(number) || number < 1 || number > 2000)) {
        throw new Error(`usage: npm run scale -- [WORKERS...], each from 1 to 2000; got ${words.join(" ")}`);
    }
    const sizes: Size[] = [];
    for (const number of numbers) {
        sizes.push(await size(number));
        // The large ones take long: what is known by then stays.
        writeFileSync(DOCUMENT, report(sizes));
        writeFileSync(PLOT, await plot(sizes));
    }
    console.log(`\n${report(sizes)}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
