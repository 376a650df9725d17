import { spawn } from "node:child_process";
import { connect, type AddressInfo } from "node:net";
import {
    Server,
    utils,
    type AuthContext,
    type Connection,
    type ServerChannel,
    type ServerHostKeyAlgorithm,
    type Session,
} from "ssh2";

/** A command as the server got it. */
export interface Execution {
    command: string;
    stdin: string;
    user: string;
    env: Record<string, string>;
    /** Counts from 1 in the order in which connections authenticated. */
    connection: number;
}

export interface Answer {
    code?: number;
    /** Ends the command by a signal, e.g. "KILL". */
    signal?: string;
    stdout?: string;
    stderr?: string;
    /** Cuts the connection instead of answering. */
    disconnect?: boolean;
}

export interface SshServerOptions {
    /** What commands do. Returning undefined runs the command in `bash -c` on this machine. Default: run everything. */
    handler?: (execution: Execution) => Promise<Answer | undefined> | Answer | undefined;
    /** Public keys (authorized_keys form) that may log in. Without keys and passwords everybody may. */
    keys?: string[];
    /** Passwords by user name. */
    passwords?: Record<string, string>;
    /** Private host keys; default: a fresh ed25519 key. */
    hostKeys?: string[];
    /** Accept variables that the client sends. Default false, like sshd without AcceptEnv. */
    acceptEnv?: boolean;
    /** Port to listen on; default: any free one. */
    port?: number;
    /** What it says before a login. Default: nothing. */
    banner?: string;
}

export interface KeyPair {
    /** OpenSSH format. */
    private: string;
    /** authorized_keys form. */
    public: string;
}

export function keyPair(passphrase?: string): KeyPair {
    // ssh2 cuts leading zero bytes off an ed25519 public key: one key in 256 comes out unreadable, and is made again.
    for (;;) {
        const pair = utils.generateKeyPairSync(
            "ed25519",
            passphrase ? { passphrase, cipher: "aes256-ctr", rounds: 4 } : {},
        );
        if (!(utils.parseKey(pair.private, passphrase) instanceof Error)) return pair;
    }
}

const publicForm = (privateKey: string): string => {
    const key = utils.parseKey(privateKey);
    if (key instanceof Error) throw key;
    return `${key.type} ${key.getPublicSSH().toString("base64")}`;
};

/** As OpenSSH has it since 8.8: a host with an RSA key signs no more by ssh-rsa, whose digest is SHA-1. */
const HOST_KEY_ALGORITHMS: ServerHostKeyAlgorithm[] = [
    ...["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
    ...["rsa-sha2-512", "rsa-sha2-256"],
] as ServerHostKeyAlgorithm[];

/** An SSH server double in this process: records what it is asked, and answers as the test says. */
export class SshServer {
    /** TCP connections so far. */
    dials = 0;
    /** Authenticated connections so far. */
    connections = 0;
    /** Most connections that were open at one time. */
    mostOpen = 0;
    /** Commands that have been run, in the order of their start. */
    readonly executions: Execution[] = [];
    /** Destinations that were forwarded to, as host:port. */
    readonly forwards: string[] = [];
    readonly host = "127.0.0.1";
    readonly hostKey: string;
    private readonly server: Server;
    private readonly open = new Set<Connection>();

    private constructor(private readonly options: SshServerOptions) {
        const hostKeys = options.hostKeys ?? [keyPair().private];
        this.hostKey = publicForm(hostKeys[0] ?? "");
        const algorithms = { serverHostKey: HOST_KEY_ALGORITHMS };
        this.server = new Server({ hostKeys, algorithms, banner: options.banner }, (connection) =>
            this.accept(connection),
        );
    }

    static start(options: SshServerOptions = {}): Promise<SshServer> {
        const double = new SshServer(options);
        return new Promise((resolve, reject) => {
            double.server.once("error", reject);
            double.server.listen(options.port ?? 0, double.host, () => resolve(double));
        });
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    get commands(): string[] {
        return this.executions.map(({ command }) => command);
    }

    /** Forgets what has been recorded. */
    forget(): void {
        this.dials = 0;
        this.connections = 0;
        this.mostOpen = this.open.size;
        this.executions.length = 0;
        this.forwards.length = 0;
    }

    close(): Promise<void> {
        for (const connection of this.open) connection.end();
        return new Promise((resolve) => this.server.close(() => resolve()));
    }

    private accept(connection: Connection): void {
        this.dials++;
        this.open.add(connection);
        this.mostOpen = Math.max(this.mostOpen, this.open.size);
        let user = "";
        let number = 0;
        connection.on("authentication", (context) => {
            user = context.username;
            if (this.allows(context)) context.accept();
            else context.reject(["publickey", "password"]);
        });
        connection.on("ready", () => {
            number = ++this.connections;
        });
        connection.on("session", (accept) => this.session(accept(), connection, user, number));
        connection.on("tcpip", (accept, _reject, { destIP, destPort }) => {
            this.forwards.push(`${destIP}:${destPort}`);
            const channel = accept();
            const socket = connect(destPort, destIP);
            channel.pipe(socket).pipe(channel);
            socket.on("error", () => channel.close());
            channel.on("error", () => socket.destroy());
        });
        connection.on("close", () => this.open.delete(connection));
        // A client that goes away without a word is nothing to a test.
        connection.on("error", () => undefined);
    }

    private allows(context: AuthContext): boolean {
        const { keys, passwords } = this.options;
        if (keys === undefined && passwords === undefined) return true;
        if (context.method === "password") return passwords?.[context.username] === context.password;
        if (context.method !== "publickey") return false;
        const allowed = (keys ?? []).map((text) => utils.parseKey(text));
        for (const key of allowed) {
            if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) continue;
            // Without a signature the client only asks whether the key would do.
            if (context.signature === undefined || context.blob === undefined) return true;
            return key.verify(context.blob, context.signature, context.hashAlgo) === true;
        }
        return false;
    }

    private session(session: Session, connection: Connection, user: string, number: number): void {
        const env: Record<string, string> = {};
        session.on("env", (accept, reject, { key, val }) => {
            // The library gives no way to answer when the client did not ask for an answer.
            if (this.options.acceptEnv) {
                env[key] = val;
                (accept as (() => void) | undefined)?.();
            } else (reject as (() => void) | undefined)?.();
        });
        session.on("exec", (accept, _reject, { command }) => {
            const channel = accept();
            channel.on("error", () => undefined);
            const execution: Execution = { command, stdin: "", user, env, connection: number };
            this.executions.push(execution);
            void this.execute(execution, channel, connection);
        });
    }

    private async execute(execution: Execution, channel: ServerChannel, connection: Connection): Promise<void> {
        execution.stdin = await new Promise<string>((resolve) => {
            const chunks: Buffer[] = [];
            channel.on("data", (chunk: Buffer) => chunks.push(chunk));
            channel.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
        });
        const answer = (await this.options.handler?.(execution)) ?? (await runInBash(execution, channel));
        if (answer.disconnect) {
            connection.end();
            return;
        }
        if (answer.stdout) channel.write(answer.stdout);
        if (answer.stderr) channel.stderr.write(answer.stderr);
        if (answer.signal) channel.exit(answer.signal);
        else channel.exit(answer.code ?? 0);
        channel.end();
    }
}

function runInBash({ command, stdin, env }: Execution, channel: ServerChannel): Promise<Answer> {
    return new Promise((resolve) => {
        const child = spawn("bash", ["-c", command], { env: { ...process.env, ...env } });
        child.stdout.on("data", (chunk) => channel.write(chunk));
        child.stderr.on("data", (chunk) => channel.stderr.write(chunk));
        child.stdin.on("error", () => undefined);
        child.stdin.end(stdin);
        channel.once("close", () => child.kill());
        child.once("close", (code, signal) => resolve(signal ? { signal: signal.slice(3) } : { code: code ?? 1 }));
    });
}
