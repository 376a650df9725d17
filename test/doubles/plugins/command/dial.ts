import { createConnection, type Socket } from "node:net";
import { Client, utils, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import { log } from "../protocol/engine-log";
import type { Connection, Endpoint } from "./connection";

/** Waits between attempts grow by half from 0.1 s up to 5 s: ten of them take about 11 s. */
const FIRST_WAIT = 100;
const GROWTH = 1.5;
const LONGEST_WAIT = 5000;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tries until it succeeds or more than `limit` attempts have failed. */
async function retry<T>(urn: string, what: string, limit: number, attempt: () => Promise<T>): Promise<T> {
    let wait = FIRST_WAIT;
    for (let failed = 1; ; failed++) {
        try {
            return await attempt();
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            if (limit >= 0 && failed > limit) throw new Error(`after ${failed - 1} failed attempts: ${reason}`);
            await log(urn, "info", `${what} ${failed}/${limit < 0 ? "inf" : limit} failed: retrying`, true);
            await sleep(wait);
            wait = Math.min(wait * GROWTH, LONGEST_WAIT);
        }
    }
}

function tcp(endpoint: Endpoint): Promise<Socket> {
    const { host, port, perDialTimeout } = endpoint;
    return new Promise((resolve, reject) => {
        const socket = createConnection({ host, port, noDelay: true });
        const timer = perDialTimeout > 0 ? setTimeout(() => fail("i/o timeout"), perDialTimeout * 1000) : undefined;
        const fail = (reason: string) => {
            clearTimeout(timer);
            socket.destroy();
            reject(new Error(`dial tcp ${host}:${port}: ${reason}`));
        };
        socket.once("error", (error) => fail(error.message));
        socket.once("connect", () => {
            clearTimeout(timer);
            socket.removeAllListeners("error");
            resolve(socket);
        });
    });
}

function hostKeyOf(endpoint: Endpoint): Pick<ConnectConfig, "hostVerifier" | "algorithms"> {
    if (endpoint.hostKey === undefined) return {};
    const [type = "", encoded = ""] = endpoint.hostKey.trim().split(/\s+/);
    const expected = Buffer.from(encoded, "base64");
    if (expected.length === 0) throw new Error("hostKey is not a public key: expected TYPE BASE64");
    return {
        hostVerifier: (key: Buffer) => key.equals(expected),
        // The key's own type alone, as the real plug-in asks. For ssh-rsa that is the algorithm with SHA-1, which a host of
        // OpenSSH 8.8 or later does not have: such a pin fails.
        algorithms: { serverHostKey: [type as ServerHostKeyAlgorithm] },
    };
}

/** Everything that can be wrong before the host is dialled is an error here, and is not tried again. */
function settings(endpoint: Endpoint): ConnectConfig {
    const { user, password, privateKey, privateKeyPassword } = endpoint;
    if (privateKey !== undefined) {
        const key = utils.parseKey(privateKey, privateKeyPassword);
        if (key instanceof Error) throw new Error(`privateKey cannot be used: ${key.message}`);
    }
    return {
        username: user,
        ...(password === undefined ? {} : { password, tryKeyboard: true }),
        ...(privateKey === undefined ? {} : { privateKey, passphrase: privateKeyPassword }),
        agent: endpoint.agentSocketPath ?? process.env.SSH_AUTH_SOCK,
        ...hostKeyOf(endpoint),
        // Only the TCP connection has a limit.
        readyTimeout: 0,
    };
}

function handshake(endpoint: Endpoint, config: ConnectConfig, sock: ConnectConfig["sock"]): Promise<Client> {
    return new Promise((resolve, reject) => {
        const client = new Client();
        const fail = (error: Error) => {
            client.destroy();
            reject(new Error(`ssh: handshake failed with ${endpoint.host}: ${error.message}`));
        };
        // Stays for the life of the connection: what goes wrong later ends the session that is using it.
        client.on("error", fail);
        client.once("close", () => fail(new Error("the connection was closed")));
        client.once("ready", () => resolve(client));
        client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
            finish(prompts.map(() => endpoint.password ?? "")),
        );
        client.connect({ ...config, sock });
    });
}

const forward = (client: Client, endpoint: Endpoint) =>
    new Promise<NonNullable<ConnectConfig["sock"]>>((resolve, reject) => {
        client.forwardOut("127.0.0.1", 0, endpoint.host, endpoint.port, (error, channel) =>
            error ? reject(error) : resolve(channel),
        );
    });

/** Opens an SSH connection, through the bastion if there is one; `close` ends all of it. */
export async function dial(urn: string, connection: Connection): Promise<{ client: Client; close: () => void }> {
    const config = settings(connection);
    const { proxy } = connection;
    if (proxy === undefined) {
        const client = await retry(urn, "Dial", connection.dialErrorLimit, async () =>
            handshake(connection, config, await tcp(connection)),
        );
        return { client, close: () => client.end() };
    }
    try {
        const proxyConfig = settings(proxy);
        const bastion = await retry(urn, "Dial proxy", proxy.dialErrorLimit, async () =>
            handshake(proxy, proxyConfig, await tcp(proxy)),
        );
        const client = await retry(urn, "Dial from proxy", connection.dialErrorLimit, async () =>
            handshake(connection, config, await forward(bastion, connection)),
        ).catch((error: unknown) => {
            bastion.end();
            throw error;
        });
        return {
            client,
            close: () => {
                client.end();
                bastion.end();
            },
        };
    } catch (error) {
        throw new Error(`proxy: ${error instanceof Error ? error.message : String(error)}`);
    }
}
