import { mkdirSync, rmSync } from "node:fs";
import { cacheDir } from "../paths";
import { elapsed, LabError } from "../run";

/** How often a long step says that it is still at work, in milliseconds. */
const signOfLife = 30_000;

/** Something that is built once and kept. */
export interface Step {
    title: string;
    /** Whether it is there, complete. */
    done: () => boolean;
    /** Builds it; what is needed only meanwhile goes to `scratch`. */
    make: (scratch: string) => Promise<void>;
}

/** Go's caches and other things of use only while building: 12 GB after a Kubernetes build, so never left behind. */
const scratchDir = () => cacheDir("scratch");

export const removeScratch = () => rmSync(scratchDir(), { recursive: true, force: true });

/** Makes what is missing, one after the other, and says how far it is. Gives the number of things made. */
export async function makeMissing(steps: Step[], say: (line: string) => void): Promise<number> {
    const missing = steps.filter((step) => !step.done());
    if (missing.length === 0) return 0;
    const began = Date.now();
    removeScratch();
    mkdirSync(scratchDir(), { recursive: true });
    try {
        for (const [index, step] of missing.entries()) {
            const title = `building ${step.title} (${index + 1} of ${missing.length})`;
            const soFar = index === 0 ? "" : `, ${elapsed(began)} so far`;
            await makeOne(step, title, soFar, say);
        }
    } finally {
        say("removing what only the build needed");
        removeScratch();
    }
    say(`built ${missing.length} in ${elapsed(began)}`);
    return missing.length;
}

async function makeOne(step: Step, title: string, soFar: string, say: (line: string) => void): Promise<void> {
    const start = Date.now();
    say(title + soFar);
    const timer = setInterval(() => say(`${title} ... still at it, ${elapsed(start)}`), signOfLife);
    try {
        await step.make(scratchDir());
    } catch (error) {
        throw new LabError(`${title} failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
        clearInterval(timer);
    }
}
