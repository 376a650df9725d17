import { relative } from "node:path";
import { run } from "node:test";
import { CASE_NAME, type CaseFile } from "./named-tests";
import type { Result } from "./table";

/** What a run of tests has shown. */
export interface Run {
    results: Result[];
    /** What failed, with the reasons, and what failed beside the tests of cases. */
    failures: string[];
}

/** What of an event of node's runner is read. */
interface TestEvent {
    name: string;
    file?: string;
    nesting: number;
    skip?: string | boolean;
    todo?: string | boolean;
    details: { type?: string; error?: Error };
}

/**
 * Runs the tests of cases that some files have.
 * @param project the files are named from there
 * @param concurrency files that run at once
 * @param signal ends the run; what has not ended by then has not run
 * @param pattern names of the tests that run
 */
export async function runTests(
    project: string,
    files: readonly CaseFile[],
    concurrency: number,
    signal: AbortSignal,
    pattern: RegExp,
    said: (result: Result) => void = () => undefined,
): Promise<Run> {
    const results: Result[] = [];
    const failures: string[] = [];
    const ended = (event: TestEvent, passed: boolean) => {
        const file = relative(project, event.file ?? "");
        const number = CASE_NAME.exec(event.name)?.[1];
        // What is cut off at the end of the time has shown nothing.
        const cutOff = !passed && signal.aborted;
        if (!passed && !cutOff)
            failures.push(`${file}: ${event.name}\n${event.details.error ? reasonOf(event.details.error) : ""}`);
        if (number === undefined || event.details.type === "suite") return;
        const why = typeof event.skip === "string" ? event.skip : undefined;
        const skipped = event.skip !== undefined || event.todo !== undefined;
        const outcome = cutOff ? "not run" : !passed ? "failed" : skipped ? "skipped" : "passed";
        const result: Result = { number: Number(number), file, name: event.name, outcome };
        if (cutOff) result.why = "the time is over";
        else if (skipped) result.why = why ?? "skipped";
        results.push(result);
        said(result);
    };
    if (files.length === 0) return { results, failures };
    const stream = run({
        files: files.map(({ file }) => `${project}/${file}`),
        testNamePatterns: [pattern],
        concurrency,
        signal,
    });
    stream.on("test:pass", (event) => ended(event, true));
    stream.on("test:fail", (event) => ended(event, false));
    await new Promise((resolve) =>
        stream
            .on("data", () => undefined)
            .once("end", resolve)
            .once("close", resolve),
    );
    return { results: [...results, ...silent(files, results, signal.aborted)], failures };
}

// A test that is declared and of which nothing was heard is no test that passed.
function silent(files: readonly CaseFile[], results: readonly Result[], late: boolean): Result[] {
    return files.flatMap(({ file, cases }) =>
        cases
            .filter((number) => !results.some((result) => result.file === file && result.number === number))
            .map((number): Result => {
                const end = late ? "the time is over" : "the file names it, and no such test ran";
                return { number, file, name: "", outcome: late ? "not run" : "failed", why: end };
            }),
    );
}

function reasonOf({ cause, message }: Error): string {
    const said = cause instanceof Error ? (cause.stack ?? cause.message) : message;
    return said.replace(/^/gm, "    ");
}
