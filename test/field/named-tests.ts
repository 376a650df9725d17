import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** What the names of a case's tests begin with; the number stands behind it. */
export const CASE_NAME = /^case (\d+): /;
/**
 * The same for node's runner, which puts the names of the groups around a test in front.
 * @param numbers these cases alone; undefined = all
 */
export const casePattern = (numbers?: readonly number[]): RegExp =>
    new RegExp(`(^| )case ${numbers ? `(${numbers.join("|")})` : "\\d+"}: `);

/** Directories below test/ whose files need hosts of the lab. */
const ON_THE_LAB = ["cluster", "kills", "storage"];
/** The tests of this command: they hold tests of cases as texts. */
const OWN_TESTS = join("unit", "field", sep);
const DECLARED = /\b(?:test|it)(?:\.\w+)?\(\s*(["'`])case (?:(\d+): |\$\{)/g;

/** A file with tests of cases. */
export interface CaseFile {
    /** From the project's directory. */
    file: string;
    /** Numbers of the cases that its text names. */
    cases: number[];
    /** Whether it has tests of others, which are known when they have run. */
    others: boolean;
    needsLab: boolean;
}

/** What the names of a file's tests say of cases; undefined where no test is a case's. */
export function casesIn(text: string): Pick<CaseFile, "cases" | "others"> | undefined {
    const numbers = [...text.matchAll(DECLARED)].map(([, , number]) => number);
    if (numbers.length === 0) return undefined;
    const named = numbers.filter((number) => number !== undefined).map(Number);
    return { cases: [...new Set(named)], others: named.length < numbers.length };
}

/** The files below test/ that have tests of cases. */
export function caseFiles(project: string): CaseFile[] {
    const root = join(project, "test");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
    return files.sort().flatMap((file): CaseFile[] => {
        if (file.startsWith(OWN_TESTS)) return [];
        const found = casesIn(readFileSync(join(root, file), "utf8"));
        if (!found) return [];
        const needsLab = ON_THE_LAB.includes(file.split(sep)[0] ?? "");
        return [{ file: relative(project, join(root, file)), ...found, needsLab }];
    });
}
