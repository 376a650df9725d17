import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import { SshServer, keyPair } from "../doubles/ssh-server";
import { Contract, output, type Declaration } from "./contract";

/** A port behind which every connection is closed at once; counts them. */
async function closingPort(): Promise<{ port: number; dials: () => number; server: Server }> {
    let dials = 0;
    const server = createServer((socket) => {
        dials++;
        socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port, dials: () => dials, server };
}

describe("command.remote.Command that fails", () => {
    const known = keyPair();
    let host: SshServer;
    let byDefault: Awaited<ReturnType<typeof closingPort>>;
    let limited: Awaited<ReturnType<typeof closingPort>>;
    let contract: Contract;
    let said: string;
    let took: number;

    const command = (name: string, args: Record<string, unknown>): Declaration => ({
        type: "remote.Command",
        name,
        args: {
            connection: { host: host.host, port: host.port, privateKey: known.private, dialErrorLimit: 0 },
            create: "true",
            ...args,
        },
    });
    const connection = (settings: Record<string, unknown>) => ({
        connection: { host: host.host, port: host.port, privateKey: known.private, dialErrorLimit: 0, ...settings },
    });

    const failing = (): Declaration[] => [
        command("exits", {
            create: "echo said-this; echo and-that >&2; exit 3",
            delete: "echo must-not-run",
            logging: "none",
        }),
        command("environment", { create: "echo must-not-run", environment: { NAME: "value" } }),
        command("by-default", connection({ port: byDefault.port, dialErrorLimit: undefined })),
        command("limited", connection({ port: limited.port, dialErrorLimit: 2 })),
        command("wrong-key", connection({ privateKey: keyPair().private })),
        command("wrong-host-key", connection({ hostKey: keyPair().public })),
        command("cut", { create: "disconnect" }),
    ];

    before(async () => {
        host = await SshServer.start({
            keys: [known.public],
            handler: ({ command: text }) => (text === "disconnect" ? { disconnect: true } : undefined),
        });
        [byDefault, limited] = await Promise.all([closingPort(), closingPort()]);
        contract = await new Contract().init();
        const started = Date.now();
        const result = await contract.tryUp(failing(), ["--continue-on-error"]);
        took = (Date.now() - started) / 1000;
        said = output(result);
        assert.notEqual(result.code, 0, said);
    });
    after(async () => {
        byDefault.server.close();
        limited.server.close();
        await host.close();
        contract.remove();
    });

    test("says the whole command and all it wrote, with `logging: none` too", () => {
        assert.match(said, /Process exited with status 3: running "echo said-this; echo and-that >&2; exit 3":/);
        assert.match(said, /^ *said-this$/m);
        assert.match(said, /^ *and-that$/m);
    });

    test("does not run when the host refuses a variable", () => {
        assert.match(said, /could not set environment variable "NAME"/);
        assert.ok(!host.commands.includes("echo must-not-run"));
    });

    test("dials once more than dialErrorLimit, which is 10 by default and lasts about 10 s", () => {
        assert.equal(limited.dials(), 3);
        assert.equal(byDefault.dials(), 11);
        assert.ok(took > 9 && took < 25, `took ${took} s`);
    });

    test("is refused with a key that the host does not know, and refuses a host with another key", () => {
        assert.match(said, /wrong-key\b[^]*handshake failed/);
        assert.match(said, /wrong-host-key\b[^]*handshake failed/);
        assert.ok(!host.commands.includes("true"));
    });

    test("fails when its connection is cut, and is not tried again", () => {
        assert.match(said, /remote command exited without exit status/);
        assert.equal(host.commands.filter((text) => text === "disconnect").length, 1);
    });

    test("is not kept: the next run creates again, and nothing is ever deleted", async () => {
        assert.deepEqual(
            [...(await contract.state()).values()].filter(({ type }) => type.startsWith("command:")),
            [],
        );
        host.forget();
        const again = await contract.tryUp(failing().slice(0, 1));
        assert.notEqual(again.code, 0);
        assert.equal(host.commands.length, 1);
        const gone = await contract.workspace.destroy();
        assert.equal(gone.code, 0, output(gone));
        assert.equal(host.commands.length, 1);
    });

    test("an unknown field of the connection is an error before anything runs", async () => {
        host.forget();
        const result = await contract.preview([command("typo", connection({ hostname: "x" }))]);
        assert.notEqual(result.code, 0);
        assert.match(output(result), /hostname/);
        assert.equal(host.dials, 0);
    });
});
