import { randomBytes } from "node:crypto";
import { changes } from "../protocol/difference";
import type { Checked, Failure, Resource } from "../protocol/provider";
import { containsSecret, revealAll, secret, type Properties } from "../protocol/values";

/** What a command wrote, each without its last newline. */
export interface Output {
    stdout: string;
    stderr: string;
    /** Further outputs, e.g. `assets`. */
    extra?: Properties;
}

export interface Kind {
    check(news: Properties): { inputs: Properties; failures: Failure[] };
    /** Runs a command. `previous` is what the last one wrote. */
    run: (urn: string, command: string, inputs: Properties, previous: Output) => Promise<Output>;
}

/** An output is secret where an input is that it can be made from; the connection is not one of them. */
const SOURCES = ["create", "update", "environment", "stdin", "triggers"];

function state(inputs: Properties, output: Output): Properties {
    const hide = SOURCES.some((key) => containsSecret(inputs[key]));
    const { stdout, stderr, extra } = output;
    return { ...inputs, ...extra, stdout: hide ? secret(stdout) : stdout, stderr: hide ? secret(stderr) : stderr };
}

function previousOf(olds: Properties): Output {
    const { stdout, stderr } = revealAll(olds);
    return {
        stdout: typeof stdout === "string" ? stdout : "",
        stderr: typeof stderr === "string" ? stderr : "",
    };
}

const NOTHING: Output = { stdout: "", stderr: "" };

/** The life of a command: `create` when made, `update` or else `create` when any input changes, `delete` at its end. */
export function commandResource(kind: Kind): Resource {
    return {
        check({ news }): Promise<Checked> {
            return Promise.resolve(kind.check(news));
        },
        diff({ oldInputs, news }) {
            const all = changes(oldInputs, news).map((change) => ({
                ...change,
                replaces: /^triggers\b/.test(change.path),
            }));
            return Promise.resolve({ changes: all });
        },
        async create({ urn, name, inputs }) {
            const plain = revealAll(inputs);
            const id = `${name}${randomBytes(4).toString("hex")}`;
            const output =
                typeof plain.create === "string" ? await kind.run(urn, plain.create, plain, NOTHING) : NOTHING;
            return { id, outputs: state(inputs, output) };
        },
        async update({ urn, olds, news }) {
            const plain = revealAll(news);
            const previous = previousOf(olds);
            const command = plain.update ?? plain.create;
            const output = typeof command === "string" ? await kind.run(urn, command, plain, previous) : previous;
            return state(news, output);
        },
        async delete({ urn, olds }) {
            const plain = revealAll(olds);
            if (typeof plain.delete === "string") await kind.run(urn, plain.delete, plain, previousOf(olds));
        },
    };
}

/** Text in Go's `%q` form, close enough: what the real plug-in puts into its error messages. */
export const failure = (reason: string, command: string, output: string): Error =>
    new Error(`${reason}: running ${JSON.stringify(command)}:\n${output}`);

/** `logging` says which of a command's streams are shown while it runs; unset: both. */
export const shows = (logging: unknown, stream: "stdout" | "stderr"): boolean =>
    logging === undefined || logging === "stdoutAndStderr" || logging === stream;

export function environmentOf(inputs: Properties, previous: Output): Record<string, string> {
    if (inputs.addPreviousOutputInEnv === false) return {};
    return {
        ...(previous.stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: previous.stdout }),
        ...(previous.stderr === "" ? {} : { PULUMI_COMMAND_STDERR: previous.stderr }),
    };
}

export const unknownFields = (properties: Properties, known: readonly string[], prefix = ""): Failure[] =>
    Object.keys(properties)
        .filter((key) => !known.includes(key))
        .map((key) => ({ property: prefix + key, reason: `unrecognized field '${prefix}${key}'` }));

export const notText = (plain: Properties, keys: string[]): Failure[] =>
    keys
        .filter((key) => (plain[key] ?? null) !== null && typeof plain[key] !== "string")
        .map((property) => ({ property, reason: "must be a string" }));
