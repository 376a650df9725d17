import { execFile } from "node:child_process";

/** How a program ended, and what it printed. */
export interface Result {
    /** Exit status; undefined where the program could not be started, and `stderr` says why. */
    code: number | undefined;
    stdout: string;
    stderr: string;
}

/** Runs a program to its end, without input. A failing program is a result, not an error. */
export function run(
    program: string,
    args: string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
    return new Promise((resolve) => {
        const child = execFile(program, args, { ...options, maxBuffer: Infinity }, (error, stdout, stderr) => {
            // A signal leaves no exit status; a program that could not be started leaves the name of the reason.
            if (error?.signal) resolve({ code: 1, stdout, stderr: `${stderr}ended by ${error.signal}` });
            else if (typeof error?.code === "string") resolve({ code: undefined, stdout, stderr: error.message });
            else resolve({ code: error?.code ?? 0, stdout, stderr });
        });
        child.stdin?.end();
    });
}
