import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { missingSshd, startSshd, type Sshd } from "../doubles/sshd";
import { Contract, output, summary, type Declaration } from "./contract";
import { groupThatNeeds } from "../group";

const missing = missingSshd();

groupThatNeeds(missing, "a real OpenSSH server", () => {
    let host: Sshd;
    let contract: Contract;

    before(async () => {
        host = await startSshd();
        contract = await new Contract().init();
        mkdirSync(join(contract.directory, "source", "below"), { recursive: true });
        writeFileSync(join(contract.directory, "source", "below", "file"), "content");
    });
    after(async () => {
        await host?.close();
        contract?.remove();
    });

    const connection = (settings: Record<string, unknown> = {}) => ({
        ...{ host: host.host, port: host.port, user: host.user, privateKey: host.privateKey, dialErrorLimit: 0 },
        ...settings,
    });
    const command = (name: string, settings: Record<string, unknown>): Declaration => ({
        type: "remote.Command",
        name,
        args: { connection: connection(settings), create: `echo ${name}` },
        exports: ["stdout"],
    });
    const copy = (name: string, source: Record<string, unknown>, target: string): Declaration => ({
        type: "remote.CopyToRemote",
        name,
        args: {
            connection: connection({ hostKey: host.hostKeys.ed25519 }),
            source,
            remotePath: join(contract.directory, target),
        },
    });
    const copies = (text: string): Declaration[] => [
        copy("text", { $text: text }, "copied.txt"),
        copy("directory", { $archive: join(contract.directory, "source") }, "target"),
    ];
    const copied = () => readFileSync(join(contract.directory, "copied.txt"), "utf8");

    test("a text and a directory are copied, and again only what changes", async () => {
        await contract.up(copies("first"));
        assert.equal(copied(), "first");
        assert.equal(readFileSync(join(contract.directory, "target", "source", "below", "file"), "utf8"), "content");

        const before = host.logins();
        const result = await contract.up(copies("second"));
        assert.deepEqual(summary(result), { updated: 1, unchanged: 2 });
        assert.equal(copied(), "second");
        assert.equal(host.logins(), before + 1);
    });

    test("a shorter text replaces the whole file; nothing goes with the resource", async () => {
        await contract.up(copies("2"));
        assert.equal(copied(), "2");
        await contract.up([]);
        assert.ok(statSync(join(contract.directory, "copied.txt")).isFile());
    });

    test("pinned by ed25519 and ecdsa it is reached; pinned by ssh-rsa it never is", async () => {
        const { ed25519, ecdsa, rsa } = host.hostKeys;
        await contract.up([command("by-ed25519", { hostKey: ed25519 }), command("by-ecdsa", { hostKey: ecdsa })]);
        assert.equal((await contract.workspace.outputs())["by-ecdsa.stdout"], "by-ecdsa");
        const refused = await contract.tryUp([command("by-rsa", { hostKey: rsa })]);
        assert.notEqual(refused.code, 0);
        assert.match(output(refused), /by-rsa\b[^]*handshake failed/);
        assert.doesNotMatch(output(refused), /PRIVATE KEY/);
    });
});
