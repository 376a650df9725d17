import type { Client, ClientChannel } from "ssh2";
import { log } from "../protocol/engine-log";
import { revealAll, type Properties } from "../protocol/values";
import { commandResource, environmentOf, failure, notText, unknownFields, type Output } from "./command";
import { checkConnection, type Connection } from "./connection";
import { dial } from "./dial";
import { Streams } from "./streams";

const INPUTS = [
    ...["create", "update", "delete", "triggers", "stdin", "logging", "connection", "environment"],
    "addPreviousOutputInEnv",
];

const refusal = (name: string): string =>
    `Unable to set '${name}'. This only works if your SSH server is configured to accept these variables via ` +
    "AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could prefix the " +
    "command itself with the variables in the form 'VAR=value command'";

/**
 * Whether the host takes a variable. The library's `exec` sends variables without asking for an answer; only its
 * `sftp` waits for one, so that a session is opened for the question. A host without sftp has still answered.
 */
const accepts = (client: Client, name: string, value: string): Promise<boolean> =>
    new Promise((resolve) => {
        // Documented by the library, missing in its types.
        const { sftp } = client as unknown as { sftp: (env: object, done: (error?: Error) => void) => void };
        sftp.call(client, { [name]: value }, (error) => resolve(error?.message !== "Unable to set environment"));
    });

async function accepted(client: Client, urn: string, inputs: Properties, previous: Output) {
    const wanted = (inputs.environment ?? {}) as Record<string, string>;
    for (const [name, value] of Object.entries(wanted)) {
        if (await accepts(client, name, value)) continue;
        await log(urn, "error", refusal(name));
        throw new Error(`could not set environment variable ${JSON.stringify(name)}: ssh: setenv failed`);
    }
    const offered: Record<string, string> = {};
    for (const [name, value] of Object.entries(environmentOf(inputs, previous))) {
        if (await accepts(client, name, value)) offered[name] = value;
        else await log(urn, "warning", refusal(name));
    }
    return { ...wanted, ...offered };
}

const start = (client: Client, command: string, env: Record<string, string>): Promise<ClientChannel> =>
    new Promise((resolve, reject) => {
        client.exec(command, { env }, (error, channel) => (error ? reject(error) : resolve(channel)));
    });

/** Sends the input and waits for the command to end; resolves to undefined when it succeeded, else to the reason. */
function finish(channel: ClientChannel, streams: Streams, stdin: string): Promise<string | undefined> {
    return new Promise((resolve) => {
        // Node destroys a stream that has ended both ways, which here asks the server to close the channel: now and then
        // before it has told the command's exit status.
        channel.destroy = () => channel;
        let reason: string | undefined = "wait: remote command exited without exit status or exit signal";
        channel.on("data", (chunk: Buffer) => streams.write("stdout", chunk));
        channel.stderr.on("data", (chunk: Buffer) => streams.write("stderr", chunk));
        channel.on("exit", (status: number | null, signal?: string) => {
            if (status === 0) reason = undefined;
            else if (status === null) reason = `Process exited with signal ${signal?.replace(/^SIG/, "")}`;
            else reason = `Process exited with status ${status}`;
        });
        channel.once("close", () => resolve(reason));
        // A command may end without reading all of its input.
        channel.on("error", () => undefined);
        channel.end(stdin);
    });
}

async function run(urn: string, command: string, inputs: Properties, previous: Output): Promise<Output> {
    const { client, close } = await dial(urn, inputs.connection as unknown as Connection);
    try {
        const env = await accepted(client, urn, inputs, previous);
        const streams = new Streams(urn, inputs.logging);
        const channel = await start(client, command, env);
        const reason = await finish(channel, streams, typeof inputs.stdin === "string" ? inputs.stdin : "");
        const { stdout, stderr, both } = await streams.end();
        if (reason !== undefined) throw failure(reason, command, both);
        return { stdout, stderr };
    } finally {
        close();
    }
}

export const remoteCommand = commandResource({
    check(news) {
        const { connection, failures } = checkConnection(news.connection);
        return {
            inputs: { addPreviousOutputInEnv: true, ...news, connection },
            failures: [
                ...failures,
                ...unknownFields(news, INPUTS),
                ...notText(revealAll(news), ["create", "update", "delete", "stdin"]),
            ],
        };
    },
    run,
});
