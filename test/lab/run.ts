import { run as runProgram } from "./engine/process";

/** An error whose message says all there is to say: the commands print it as one line, without a stack trace. */
export class LabError extends Error {}

/** How a program ended and what it printed. */
export type Outcome = Awaited<ReturnType<typeof runProgram>>;

export interface RunOptions {
    cwd?: string;
    /** Added to the lab's own environment. */
    env?: Record<string, string>;
    /** Piped to the program's standard input; the only way for a secret. */
    input?: string;
    /** Kill the program, and what it started, after so many milliseconds (default: never). */
    timeout?: number;
}

/** Runs a program to its end, whatever its exit code; it and what it started die with this process. */
export function outcome(command: string, args: string[], options: RunOptions = {}): Promise<Outcome> {
    return runProgram(command, args, {
        cwd: options.cwd,
        env: { ...process.env, ...options.env },
        stdin: options.input,
        timeout: options.timeout === undefined ? undefined : options.timeout / 1000,
    });
}

/** Runs a program that must succeed and gives its standard output; its last words become the error. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await outcome(command, args, options);
    if (code !== 0) {
        const said = lastWords(stderr) || lastWords(stdout) || "no output";
        throw new LabError(`${command} ${args.slice(0, 3).join(" ")} ended with code ${code}: ${said}`);
    }
    return stdout;
}

/** The last three lines of a text, in one. */
export const lastWords = (text: string) => text.trim().split("\n").slice(-3).join(" / ");

/** Waits so many milliseconds. */
export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Asks every 50 ms until the answer is yes; false after `milliseconds`. */
export async function until(condition: () => boolean | Promise<boolean>, milliseconds: number): Promise<boolean> {
    const end = Date.now() + milliseconds;
    for (;;) {
        if (await condition()) return true;
        if (Date.now() >= end) return false;
        await pause(50);
    }
}

/** "4.2 s" below a minute, "3 min 05 s" above. */
export function elapsed(since: number): string {
    const seconds = (Date.now() - since) / 1000;
    if (seconds < 60) return `${seconds.toFixed(1)} s`;
    return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}
