import { createServer } from "node:net";
import { AgentProtocol, utils, type ParsedKey } from "ssh2";

export interface AgentDouble {
    /** Path of its socket. */
    path: string;
    close(): void;
}

/** An SSH agent double with one key. */
export async function startAgent(path: string, privateKey: string): Promise<AgentDouble> {
    const key = utils.parseKey(privateKey) as ParsedKey;
    const server = createServer((socket) => {
        const protocol = new AgentProtocol(false);
        protocol.on("identities", (request) => protocol.getIdentitiesReply(request, [key]));
        protocol.on("sign", (request, _key, data) => protocol.signReply(request, key.sign(data)));
        socket.pipe(protocol).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return { path, close: () => server.close() };
}
