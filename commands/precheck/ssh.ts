import { createConnection } from "node:net";
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import type { HostConnection, SshEndpoint } from "../../components/remote";
import { hostLine } from "../host-words";

/** Seconds for the TCP connection, and again for the login. */
const PATIENCE_SECONDS = 10;

/** Seconds after which a peer that answers nothing at all is given up, and how often it is asked meanwhile. */
const SILENCE_SECONDS = 30;
const SILENCE_QUESTIONS = 3;

/** Why a host cannot be looked at, as a finding's check, found and wanted. */
export class Refusal extends Error {
    constructor(
        readonly check: "reachable" | "host key" | "login",
        readonly found: string,
    ) {
        super(found);
    }
}

/** An open connection, with the key that the other side showed, in the form of the configuration's hostKey. */
export interface Session {
    client: Client;
    shownKey: string;
}

type Endpoint = SshEndpoint<string>;
type Stream = NonNullable<ConnectConfig["sock"]>;

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
const place = ({ host, port = 22 }: Endpoint) => `${host}:${port}`;

/** What a server says before a login, as it may be shown. */
const said = (banner: string) => (banner.trim() === "" ? "" : `; it said: ${hostLine(banner).slice(0, 300)}`);

function tcp(endpoint: Endpoint): Promise<Stream> {
    return new Promise((resolve, reject) => {
        const socket = createConnection({ host: endpoint.host, port: endpoint.port ?? 22, noDelay: true });
        const fail = (why: string) => {
            socket.destroy();
            reject(new Refusal("reachable", `no connection to ${place(endpoint)}: ${why}`));
        };
        socket.setTimeout(PATIENCE_SECONDS * 1000, () => fail(`nothing within ${PATIENCE_SECONDS} s`));
        socket.once("error", (error) => fail(reason(error)));
        socket.once("connect", () => {
            socket.setTimeout(0).removeAllListeners();
            resolve(socket);
        });
    });
}

function through(bastion: Session, endpoint: Endpoint): Promise<Stream> {
    return new Promise((resolve, reject) =>
        bastion.client.forwardOut("127.0.0.1", 0, endpoint.host, endpoint.port ?? 22, (error, channel) =>
            error
                ? reject(
                      new Refusal(
                          "reachable",
                          `no connection from the bastion to ${place(endpoint)}: ${reason(error)}`,
                      ),
                  )
                : resolve(channel),
        ),
    );
}

/** A key as it stands in *.pub files: its blob begins with the length and the name of its type. */
function keyText(blob: Buffer): string {
    return `${blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1")} ${blob.toString("base64")}`;
}

/** Kinds of host keys in the order in which they are asked for where none is pinned. */
const KEY_ALGORITHMS = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
] as const;

/**
 * A host has keys of several kinds, and shows the first that it is asked for. The plug-in that runs the steps asks for the
 * pinned one's type and no other: a host without it is refused by the plug-in, so it is here.
 */
function algorithms(hostKey: string | undefined): Pick<ConnectConfig, "algorithms"> {
    const kind = hostKey?.split(" ")[0] as ServerHostKeyAlgorithm | undefined;
    return { algorithms: { serverHostKey: kind === undefined ? [...KEY_ALGORITHMS] : [kind] } };
}

/**
 * Logs in at an endpoint; its key is verified where the configuration has one.
 * @param silenceSeconds after which a peer that answers nothing is given up
 * @throws Refusal that says what kept it; never with a secret in it
 */
export async function logIn(endpoint: Endpoint, bastion?: Session, silenceSeconds = SILENCE_SECONDS): Promise<Session> {
    const sock = bastion ? await through(bastion, endpoint) : await tcp(endpoint);
    const { user = "root", hostKey, privateKey, privateKeyPassword, password, agentSocketPath } = endpoint;
    const pinned = hostKey?.split(" ").slice(0, 2).join(" ");
    let shownKey = "";
    let banner = "";
    return new Promise((resolve, reject) => {
        const client = new Client();
        client.on("banner", (words) => (banner += words));
        const refuse = (refusal: Refusal) => {
            client.destroy();
            // Not yet the client's own where it refuses its settings.
            sock.destroy();
            reject(refusal);
        };
        // Stays for the life of the connection: what goes wrong later ends the session that is using it.
        client.on("error", (error) => {
            if (pinned !== undefined && shownKey !== "" && shownKey !== pinned)
                return refuse(new Refusal("host key", shownKey));
            if (pinned !== undefined && /host key/.test(reason(error)))
                return refuse(new Refusal("host key", `no key of the kind ${pinned.split(" ")[0]}`));
            const login = (error as { level?: string }).level === "client-authentication";
            refuse(
                login
                    ? new Refusal("login", `${user} is refused at ${place(endpoint)}${said(banner)}`)
                    : new Refusal("reachable", `no SSH at ${place(endpoint)}: ${reason(error)}`),
            );
        });
        client.once("close", () => refuse(new Refusal("reachable", `${place(endpoint)} closed the connection`)));
        client.once("ready", () => resolve({ client, shownKey }));
        client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
            finish(prompts.map(() => password ?? "")),
        );
        try {
            client.connect({
                sock,
                username: user,
                ...(password !== undefined && { password, tryKeyboard: true }),
                ...(privateKey !== undefined && { privateKey, passphrase: privateKeyPassword }),
                ...(agentSocketPath !== undefined && { agent: agentSocketPath }),
                ...algorithms(pinned),
                hostVerifier: (blob: Buffer) => {
                    shownKey = keyText(blob);
                    return pinned === undefined || shownKey === pinned;
                },
                readyTimeout: PATIENCE_SECONDS * 1000,
                // One that falls silent after the login is given up.
                keepaliveInterval: (silenceSeconds / SILENCE_QUESTIONS) * 1000,
                keepaliveCountMax: SILENCE_QUESTIONS - 1,
            });
        } catch (error) {
            // Only the private key is looked at before anything is sent.
            refuse(new Refusal("login", `sshPrivateKey cannot be used: ${reason(error)}`));
        }
    });
}

/** What a command came to. */
export interface Outcome {
    code: number;
    stdout: string;
    stderr: string;
    /** When the command was sent and when its first output came, in seconds of this machine's clock. */
    sent: number;
    answered: number;
    /** Why the connection broke before the command's end was told. */
    broken?: string;
}

/** Runs a command with standard input. A command that fails is a result; a connection that breaks, too, with code 255. */
export function execute({ client }: Session, command: string, stdin: string): Promise<Outcome> {
    return new Promise((resolve, reject) => {
        const outcome: Outcome = { code: 255, stdout: "", stderr: "", sent: Date.now() / 1000, answered: 0 };
        let ended = false;
        const end = (broken?: string) => resolve(ended || broken === undefined ? outcome : { ...outcome, broken });
        client.once("error", (error) => end(`the connection broke: ${reason(error)}`));
        client.once("close", () => end("the connection broke before the command had ended"));
        client.exec(command, (error, channel) => {
            if (error) return reject(error);
            channel.setEncoding("utf8").stderr.setEncoding("utf8");
            channel.on("data", (text: string) => {
                outcome.answered ||= Date.now() / 1000;
                outcome.stdout += text;
            });
            channel.stderr.on("data", (text: string) => (outcome.stderr += text));
            channel.on("exit", (code: number | null) => {
                ended = true;
                outcome.code = code ?? 255;
            });
            channel.on("close", () => end("the session ended without the command's exit code"));
            channel.on("error", (failure: Error) => end(`the session broke: ${failure.message}`));
            outcome.sent = Date.now() / 1000;
            channel.end(stdin);
        });
    });
}

/** The connection of a host, secrets laid open. */
export type PlainConnection = HostConnection<string>;
