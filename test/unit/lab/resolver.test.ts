import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { hostResolver } from "../../lab/hosts/resolver";
import { relayDns } from "../../lab/mirror/dns-relay";

const scratch = mkdtempSync(join(tmpdir(), "resolver-"));
after(() => rmSync(scratch, { recursive: true }));

function files(...texts: string[]): string[] {
    const folder = mkdtempSync(join(scratch, "resolv-"));
    return texts.map((text, index) => {
        const file = join(folder, String(index));
        writeFileSync(file, text);
        return file;
    });
}

test("a resolver elsewhere is handed on as it is", () => {
    const text = "search example\nnameserver 192.0.2.53\n";
    assert.deepEqual(hostResolver("10.77.0.1", files(text)), { text });
});

test("behind systemd-resolved the hosts ask the servers that it asks", () => {
    const real = "nameserver 192.0.2.53\n";
    assert.deepEqual(hostResolver("10.77.0.1", files("nameserver 127.0.0.53\n", real)), { text: real });
});

test("a resolver on loopback alone needs the relay", () => {
    assert.deepEqual(hostResolver("10.77.0.1", files("nameserver 127.0.0.11\noptions ndots:0\n")), {
        text: "nameserver 10.77.0.1\noptions ndots:0\n",
        relayTo: "127.0.0.11",
    });
});

test("the relay passes queries and answers on, over UDP and TCP", { timeout: 10_000 }, async () => {
    const udp = createSocket("udp4").on("message", (query, from) =>
        udp.send(`re: ${query.toString()}`, from.port, from.address),
    );
    await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
    const { port } = udp.address();
    const tcp = createServer((socket) => socket.on("data", (query) => socket.end(`re: ${query.toString()}`)));
    await new Promise<void>((resolve) => tcp.listen(port, "127.0.0.1", resolve));
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
    const listen = { host: "127.0.0.1", port: (free.address() as AddressInfo).port };
    await new Promise((resolve) => free.close(resolve));
    const relay = await relayDns(listen, { host: "127.0.0.1", port });

    const client = createSocket("udp4");
    const answer = new Promise((resolve) => client.on("message", (text) => resolve(text.toString())));
    client.send("who", listen.port, listen.host);
    assert.equal(await answer, "re: who");
    const stream = connect(listen.port, listen.host, () => stream.write("who"));
    assert.equal(await new Promise((resolve) => stream.on("data", (text) => resolve(text.toString()))), "re: who");

    client.close();
    relay.close();
    udp.close();
    tcp.close();
});
