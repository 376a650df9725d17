import { existsSync } from "node:fs";
import * as path from "node:path";

/**
 * A file or directory of a project's release, for tests that compare the program with what it stands for. They are
 * found in the directory that UPSTREAM_RELEASES names, else beside this repository.
 */
export function upstream(...below: string[]): string {
    const beside = path.resolve(__dirname, "../../shared/upstream");
    return path.join(process.env.UPSTREAM_RELEASES || beside, ...below);
}

/** Why tests that need it are left out; false = it is there. */
export function skipWithout(file: string): string | false {
    return existsSync(file) ? false : `there is no ${file}; UPSTREAM_RELEASES can name another directory of releases`;
}
