import type { StackSource } from "./stack";

/** An error whose message says all there is to say. */
export class CommandError extends Error {}

/** Options of every command that is about a stack, for parseArgs. */
export const STACK_OPTIONS = { stack: { type: "string" }, "config-file": { type: "string" } } as const;

/** The stack that is meant. @throws Error where none is named */
export function stackSource(values: { stack?: string; "config-file"?: string }): StackSource {
    if (values.stack === undefined) throw new Error("--stack is missing");
    return { stack: values.stack, configFile: values["config-file"] };
}

/** What `read` makes of the command line; whatever is wrong with it is told beside the command's usage. */
export function readOptions<T>(usage: string, read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw new CommandError(`${(error as Error).message}\n${usage}`);
    }
}

/** Runs a command's main function: its result is the exit code, an error that explains itself one line and code 2. */
export function runMain(main: () => Promise<number>): void {
    main().then(
        (code) => (process.exitCode = code),
        (error: unknown) => {
            console.error(error instanceof Error ? error.message : error);
            process.exitCode = 2;
        },
    );
}
