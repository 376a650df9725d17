import { spawn } from "node:child_process";
import { revealAll, type Properties } from "../protocol/values";
import { commandResource, environmentOf, failure, notText, unknownFields, type Output } from "./command";
import { Streams } from "./streams";

const INPUTS = [
    ...["create", "update", "delete", "triggers", "stdin", "logging", "environment", "dir", "interpreter"],
    "addPreviousOutputInEnv",
];

async function run(urn: string, command: string, inputs: Properties, previous: Output): Promise<Output> {
    const interpreter = inputs.interpreter as string[] | undefined;
    const [program = "", ...words] = [...(interpreter?.length ? interpreter : ["/bin/sh", "-c"]), command];
    const child = spawn(program, words, {
        cwd: typeof inputs.dir === "string" ? inputs.dir : process.cwd(),
        env: { ...process.env, ...(inputs.environment as object | undefined), ...environmentOf(inputs, previous) },
    });
    const streams = new Streams(urn, inputs.logging);
    child.stdout.on("data", (chunk: Buffer) => streams.write("stdout", chunk));
    child.stderr.on("data", (chunk: Buffer) => streams.write("stderr", chunk));
    // A command may end without reading all of its input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(typeof inputs.stdin === "string" ? inputs.stdin : "");
    const reason = await new Promise<string | undefined>((resolve) => {
        child.once("error", (error) => resolve(error.message));
        child.once("close", (status, signal) => {
            if (status === 0) resolve(undefined);
            else resolve(signal === null ? `exit status ${status}` : `signal: ${signal}`);
        });
    });
    const { stdout, stderr, both } = await streams.end();
    if (reason !== undefined) throw failure(reason, command, both);
    return { stdout, stderr };
}

/** Runs on this machine. `assetPaths` and `archivePaths` are refused: nothing here uses them. */
export const localCommand = commandResource({
    check: (news) => ({
        inputs: { addPreviousOutputInEnv: true, ...news },
        failures: [
            ...unknownFields(news, INPUTS),
            ...notText(revealAll(news), ["create", "update", "delete", "stdin", "dir"]),
        ],
    }),
    run,
});
