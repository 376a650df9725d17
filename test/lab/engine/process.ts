import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";

export interface Result {
    /** Exit status; 128 + the signal's number when a signal ended it, 127 when it could not be started. */
    code: number;
    stdout: string;
    stderr: string;
}

export interface RunOptions {
    cwd?: string;
    /** Whole environment; default: this process's own. */
    env?: NodeJS.ProcessEnv;
    stdin?: string;
    /** Seconds after which the program and all it started are killed. Default: no limit. */
    timeout?: number;
    /** Called with each piece of output as it comes. */
    onOutput?: (text: string, stream: "stdout" | "stderr") => void;
    /** Called with the process id once the program runs; it is the leader of its own process group. */
    onStart?: (pid: number) => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a program to its end. A failing program is a result, not an error. */
export function run(program: string, args: string[], options: RunOptions = {}): Promise<Result> {
    const { cwd, env = process.env, stdin = "", timeout, onOutput } = options;
    return new Promise((resolve) => {
        const result: Result = { code: 0, stdout: "", stderr: "" };
        // A group of its own, so that a limit ends what the program has started as well.
        const child = spawn(program, args, { cwd, env, detached: true });
        const signalGroup = (signal: NodeJS.Signals) => {
            if (child.pid === undefined) return;
            try {
                process.kill(-child.pid, signal);
            } catch {
                // It has just ended by itself.
            }
        };
        const killGroup = () => signalGroup("SIGKILL");
        const timer = timeout === undefined ? undefined : setTimeout(killGroup, timeout * 1000);
        process.once("exit", killGroup);
        // The terminal's signals do not reach another group: the program gets them here, and this process once it ended.
        let interrupted: NodeJS.Signals | undefined;
        const pass = (signal: NodeJS.Signals) => {
            interrupted = signal;
            signalGroup(signal);
        };
        for (const signal of SIGNALS) process.on(signal, pass);
        const collect = (readable: Readable, stream: "stdout" | "stderr") => {
            readable.setEncoding("utf8");
            readable.on("data", (text: string) => {
                result[stream] += text;
                onOutput?.(text, stream);
            });
        };
        collect(child.stdout, "stdout");
        collect(child.stderr, "stderr");
        child.stdin.on("error", () => undefined);
        child.stdin.end(stdin);
        if (child.pid !== undefined) options.onStart?.(child.pid);
        const done = (code: number) => {
            clearTimeout(timer);
            process.removeListener("exit", killGroup);
            for (const signal of SIGNALS) process.removeListener(signal, pass);
            if (interrupted !== undefined) process.kill(process.pid, interrupted);
            resolve({ ...result, code });
        };
        child.once("error", (error) => {
            result.stderr += `${program}: ${error.message}\n`;
            done(127);
        });
        child.once("close", (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
}
