import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const PROGRAM = "/usr/sbin/sshd";
/** A test that is killed stops nothing: the server ends by itself after this time. */
const LIFE_SECONDS = 300;
const START_MILLISECONDS = 10_000;

/** What is missing for a real SSH server of one's own; undefined: nothing. */
export const missingSshd = (): string | undefined =>
    existsSync(PROGRAM) ? undefined : `${PROGRAM} is not here (Debian and Ubuntu: apt-get install openssh-server)`;

export type HostKeyType = "ed25519" | "ecdsa" | "rsa";

/** OpenSSH's own server on loopback, with keys and settings of its own, for the user who runs the tests. */
export interface Sshd {
    host: string;
    port: number;
    user: string;
    /** Private key that may log in. */
    privateKey: string;
    /** Public keys by which the host may be pinned. */
    hostKeys: Record<HostKeyType, string>;
    /** Logins so far. */
    logins(): number;
    close(): Promise<void>;
}

const freePort = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
        const server = createServer().once("error", reject);
        server.listen(0, host, () => {
            const { port } = server.address() as AddressInfo;
            server.close(() => resolve(port));
        });
    });

function keyPair(file: string, type: string): { private: string; public: string } {
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file]);
    return { private: readFileSync(file, "utf8"), public: readFileSync(`${file}.pub`, "utf8").trim() };
}

/** Starts the server; it ends with `close`, with this process, or after five minutes. */
export async function startSshd(): Promise<Sshd> {
    const host = "127.0.0.1";
    const directory = mkdtempSync(join(tmpdir(), "sshd-"));
    const login = keyPair(join(directory, "login"), "ed25519");
    writeFileSync(join(directory, "authorized_keys"), `${login.public}\n`, { mode: 0o600 });
    const types: HostKeyType[] = ["ed25519", "ecdsa", "rsa"];
    const hostKeys = Object.fromEntries(
        types.map((type) => [type, keyPair(join(directory, `host-${type}`), type).public]),
    ) as Record<HostKeyType, string>;
    const port = await freePort(host);
    const settings = [
        `ListenAddress ${host}:${port}`,
        ...types.map((type) => `HostKey ${join(directory, `host-${type}`)}`),
        `AuthorizedKeysFile ${join(directory, "authorized_keys")}`,
        // The temporary directory is everybody's.
        "StrictModes no",
        "PasswordAuthentication no",
        "UsePAM no",
        "PidFile none",
        "MaxStartups 100",
        "LogLevel VERBOSE",
        "Subsystem sftp internal-sftp",
    ];
    const configuration = join(directory, "sshd_config");
    writeFileSync(configuration, `${settings.join("\n")}\n`);
    // As root, the server wants the directory that its service makes at boot.
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });

    const child = spawn("timeout", [String(LIFE_SECONDS), PROGRAM, "-D", "-e", "-f", configuration], {
        stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const end = () => void child.kill();
    process.once("exit", end);
    const close = async (): Promise<void> => {
        process.removeListener("exit", end);
        end();
        await ended;
        rmSync(directory, { recursive: true, force: true });
    };

    const patience = Date.now() + START_MILLISECONDS;
    while (!log.includes("Server listening on")) {
        if (child.exitCode !== null || Date.now() > patience) {
            await close();
            throw new Error(`${PROGRAM} did not start on ${host}:${port}:\n${log}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const logins = () => log.match(/^Accepted publickey /gm)?.length ?? 0;
    return { host, port, user: userInfo().username, privateKey: login.private, hostKeys, logins, close };
}
