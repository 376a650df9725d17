import { describe, test } from "node:test";

/**
 * A group of tests that this machine may lack something for. Node's runner leaves a skipped group out of its count of
 * skipped tests, so one skipped test stands for the group.
 */
export function groupThatNeeds(missing: string | false | undefined, name: string, tests: () => void): void {
    if (missing) test(name, { skip: missing }, () => undefined);
    else void describe(name, tests);
}
