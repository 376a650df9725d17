import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const POLL_MILLISECONDS = 250;

/**
 * The address of a lock. On Linux it begins with a zero byte: such a socket has no file, and is free again when its
 * process ends, however it ends.
 */
function addressOf(name: string): string {
    const hash = createHash("sha256").update(`${userInfo().uid} ${name}`).digest("hex").slice(0, 24);
    return process.platform === "linux" ? `\0kubeadm-cluster-${hash}` : join(tmpdir(), `kubeadm-cluster-${hash}`);
}

/** Undefined: another process listens there. */
function listen(address: string): Promise<Server | undefined> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", (error: NodeJS.ErrnoException) =>
            error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
        );
        server.listen(address, () => resolve(server));
    });
}

/**
 * Runs `work` while no other process of this user runs anything under the same name. `waiting` is called once if one
 * does.
 */
export async function withLock<T>(name: string, work: () => Promise<T>, waiting?: () => void): Promise<T> {
    const address = addressOf(name);
    let server = await listen(address);
    if (server === undefined) waiting?.();
    while (server === undefined) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        server = await listen(address);
    }
    const held = server;
    try {
        return await work();
    } finally {
        await new Promise((resolve) => held.close(resolve));
    }
}
