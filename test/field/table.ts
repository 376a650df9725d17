import { CASES } from "./cases";

/** How a test of a case ended. */
export interface Result {
    number: number;
    file: string;
    name: string;
    outcome: "passed" | "failed" | "skipped" | "not run";
    /** Why it was skipped or not run. */
    why?: string;
}

type State = "green" | "failed" | "in part" | "not run" | "no test yet";

/**
 * The table of cases, each file on a line, and a last line that counts them.
 * @param wanted numbers of the cases. Default: all
 */
export function table(results: readonly Result[], wanted = Object.keys(CASES).map(Number)): string {
    const strangers = results.filter(({ number }) => !Object.hasOwn(CASES, number));
    const numbers = [...wanted, ...strangers.map(({ number }) => number)];
    const cases = [...new Set(numbers)].sort((a, b) => a - b);
    const lines = cases.flatMap((number) => rows(number, ofCase(results, number)));
    return `${["case  result       test", ...lines, "", lastLine(cases, results)].join("\n")}\n`;
}

/** Whether nothing of what ran has failed, and each test belongs to a case. */
export function isSound(results: readonly Result[]): boolean {
    return results.every(({ number, outcome }) => outcome !== "failed" && Object.hasOwn(CASES, number));
}

const ofCase = (results: readonly Result[], number: number) => results.filter((result) => result.number === number);

// A case without a test is not green, and neither is one of which a test did not run.
function stateOf(results: readonly Result[]): State {
    const outcomes = new Set(results.map(({ outcome }) => outcome));
    if (outcomes.size === 0) return "no test yet";
    if (outcomes.has("failed")) return "failed";
    if (!outcomes.has("passed")) return "not run";
    return outcomes.size === 1 ? "green" : "in part";
}

function rows(number: number, results: readonly Result[]): string[] {
    const row = (state: string, text: string) => `${String(number).padStart(4)}  ${state.padEnd(11)}  ${text}`;
    const meaning = CASES[number] ?? "is no case: add it to test/field/cases.ts, or correct the test's name";
    const files = [...new Set(results.map(({ file }) => file))];
    const ofFiles = files.map((file) => {
        const here = results.filter((result) => result.file === file);
        const reasons = [...new Set(here.flatMap(({ why }) => (why === undefined ? [] : [why])))];
        const count = here.length === 1 ? "" : ` (${here.length} tests)`;
        return row(stateOf(here), `  ${file}${count}${reasons.map((reason) => `: ${reason}`).join("")}`);
    });
    return [row(stateOf(results), meaning), ...ofFiles];
}

function lastLine(cases: readonly number[], results: readonly Result[]): string {
    const parts = (["green", "failed", "in part", "not run", "no test yet"] as const).flatMap((state) => {
        const those = cases.filter((number) => stateOf(ofCase(results, number)) === state);
        if (those.length === 0) return state === "green" ? ["0 green"] : [];
        return [`${those.length} ${state}${state === "green" ? "" : ` (${those.join(", ")})`}`];
    });
    return `${cases.length} cases: ${parts.join(", ")}`;
}
