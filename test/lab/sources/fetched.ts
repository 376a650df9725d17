import { existsSync, readFileSync, rmSync } from "node:fs";
import type { Step } from "../artefacts/steps";
import { writeWhole } from "../files";
import { cacheDir } from "../paths";

/** A record of what a publisher gave: the file, where it is from, and the sum or digest that it was held to. */
export interface Fetched {
    file: string;
    from: string;
    sum: string;
}

const recordFile = (title: string) => cacheDir("fetched", `${title.replace(/[^\w.-]+/g, "_")}.json`);

/** What the cache has of that title from a publisher; undefined where it has nothing, or a build of its own. */
export function fetched(title: string): Fetched | undefined {
    const record = recordFile(title);
    if (!existsSync(record)) return undefined;
    const found = JSON.parse(readFileSync(record, "utf8")) as Fetched;
    return existsSync(found.file) ? found : undefined;
}

export const recordFetched = (title: string, found: Fetched) =>
    writeWhole(recordFile(title), JSON.stringify(found, null, 2));

/** A step that builds. What a publisher gave under its title goes first; it counts as done unless a build is insisted on. */
export function built(step: Step, insist: boolean): Step {
    return {
        ...step,
        done: () => step.done() && !(insist && fetched(step.title)),
        make: async (scratch) => {
            const found = fetched(step.title);
            if (found) rmSync(found.file, { force: true });
            rmSync(recordFile(step.title), { force: true });
            await step.make(scratch);
        },
    };
}
