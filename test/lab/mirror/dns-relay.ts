import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";

/**
 * Passes DNS queries on, unread: usage `dns-relay.ts LISTEN_ADDRESS UPSTREAM_ADDRESS`.
 * For machines whose resolver listens on the loopback address alone, where the lab's hosts cannot reach it.
 */
export interface Endpoint {
    host: string;
    port: number;
}

/** How long a UDP query waits for its answer, in milliseconds: resolvers ask again after 5 s. */
const patience = 5000;

/** Starts relaying over UDP and TCP; `close` ends it. */
export async function relayDns(listen: Endpoint, upstream: Endpoint): Promise<{ close: () => void }> {
    const server = createSocket("udp4");
    server.on("message", (query, client) => {
        // One socket for each query: its port is what tells the answers apart.
        const socket = createSocket(upstream.host.includes(":") ? "udp6" : "udp4");
        const timer = setTimeout(() => socket.close(), patience);
        socket.on("message", (answer) => {
            server.send(answer, client.port, client.address);
            clearTimeout(timer);
            socket.close();
        });
        // No answer is what a query to a dead resolver gets without a relay too.
        socket.on("error", () => undefined);
        socket.send(query, upstream.port, upstream.host);
    });
    const stream = createServer((client) => {
        const onward = connect(upstream.port, upstream.host);
        client.pipe(onward).pipe(client);
        client.on("error", () => onward.destroy());
        onward.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => server.bind(listen.port, listen.host, resolve));
    await new Promise<void>((resolve) => stream.listen(listen.port, listen.host, resolve));
    return {
        close: () => {
            server.close();
            stream.close();
        },
    };
}

if (require.main === module) {
    const [listen = "", upstream = ""] = process.argv.slice(2);
    void relayDns({ host: listen, port: 53 }, { host: upstream, port: 53 });
}
