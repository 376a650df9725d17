import { existsSync } from "node:fs";
import { releasesDir } from "./lab/paths";

/** A file or directory of a project's release, for tests that compare the program with what it stands for. */
export const upstream = releasesDir;

/** Why tests that need it are left out; false = it is there. */
export function skipWithout(file: string): string | false {
    return existsSync(file) ? false : `there is no ${file}; UPSTREAM_RELEASES can name another directory of releases`;
}
