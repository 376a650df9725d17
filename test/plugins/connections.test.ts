import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startAgent, type AgentDouble } from "../doubles/ssh-agent";
import { SshServer, keyPair } from "../doubles/ssh-server";
import { Contract, summary, type Declaration } from "./contract";

describe("ways to reach a host", () => {
    const plain = keyPair();
    const locked = keyPair("open sesame");
    const agentKey = keyPair();
    let host: SshServer;
    let bastion: SshServer;
    let agent: AgentDouble;
    let contract: Contract;

    before(async () => {
        contract = await new Contract().init();
        agent = await startAgent(join(contract.directory, "agent.sock"), agentKey.private);
        host = await SshServer.start({
            keys: [plain.public, locked.public, agentKey.public],
            passwords: { tester: "pass" },
        });
        bastion = await SshServer.start({ keys: [plain.public] });
    });
    after(async () => {
        await Promise.all([host.close(), bastion.close()]);
        agent.close();
        contract.remove();
    });

    const to = (name: string, settings: Record<string, unknown>): Declaration => ({
        type: "remote.Command",
        name,
        args: {
            connection: { host: host.host, port: host.port, dialErrorLimit: 0, ...settings },
            create: `echo ${name}`,
        },
    });

    const declarations = (text: string): Declaration[] => [
        to("key", { privateKey: plain.private, hostKey: host.hostKey, user: "somebody" }),
        to("locked-key", { privateKey: locked.private, privateKeyPassword: "open sesame" }),
        to("password", { user: "tester", password: "pass" }),
        to("agent", { agentSocketPath: agent.path }),
        to("bastion", {
            privateKey: plain.private,
            proxy: { host: bastion.host, port: bastion.port, user: "jump", privateKey: plain.private },
        }),
        {
            type: "local.Command",
            name: "local",
            args: { create: `cat; echo ${text} $NAME; pwd`, stdin: "piped ", environment: { NAME: "Value" }, dir: "/" },
            exports: ["stdout"],
        },
    ];

    test("by key, by locked key, by password, by agent, through a bastion", async () => {
        await contract.up(declarations("first"));
        const ran = host.commands.toSorted();
        assert.deepEqual(ran, ["echo agent", "echo bastion", "echo key", "echo locked-key", "echo password"]);
        assert.equal(host.executions.find(({ command }) => command === "echo key")?.user, "somebody");
        assert.deepEqual(bastion.forwards, [`${host.host}:${host.port}`]);
        assert.equal(bastion.connections, 1);
    });

    test("the connection is encrypted in the state", async () => {
        const state = JSON.stringify(await contract.workspace.export());
        assert.doesNotMatch(state, /OPENSSH PRIVATE KEY|open sesame/);
    });

    test("local commands run here, and again when they change; a run without changes dials nobody", async () => {
        assert.equal((await contract.workspace.outputs())["local.stdout"], "piped first Value\n/");
        host.forget();
        const result = await contract.up(declarations("second"));
        assert.deepEqual(summary(result), { updated: 1, unchanged: 6 });
        assert.equal(host.dials, 0);
    });
});
