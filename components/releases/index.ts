import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the binaries of a Kubernetes version say of themselves. Lists of words are apart by spaces. */
export interface ReleaseData {
    /** The version whose binaries were asked, such as v1.32.0. */
    version: string;
    /** Flags in the help of each component. */
    flags: Record<string, string>;
    /** Flags that a component takes though its help does not show them. */
    hidden: Record<string, string>;
    /** Feature gates in the help of each component: those that can still be switched. */
    gates: Record<string, string>;
}

/** Where the data of the minor versions are; `npm run flags -- VERSION` writes them. */
export const RELEASES_DIRECTORY = __dirname;

/** The data of a minor version, such as 32 for 1.32; undefined where there are none. */
export function releaseOf(minor: number): ReleaseData | undefined {
    const file = join(RELEASES_DIRECTORY, `v1.${minor}.json`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ReleaseData) : undefined;
}
