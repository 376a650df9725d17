import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SshServer } from "../doubles/ssh-server";
import { Contract, output, summary, type Declaration } from "./contract";

/** The life of remote Commands, one run after the other on one stack. */
describe("command.remote.Command", () => {
    let host: SshServer;
    let contract: Contract;
    let connection: Record<string, unknown>;

    before(async () => {
        host = await SshServer.start({ acceptEnv: true });
        contract = await new Contract().init();
        connection = { host: host.host, port: host.port, dialErrorLimit: 2 };
    });
    after(async () => {
        await host.close();
        contract.remove();
    });

    const commands = (changed = false): Declaration[] => {
        const common = { connection: changed ? { ...connection, perDialTimeout: 14 } : connection };
        const trigger = changed ? "new" : "old";
        return [
            {
                type: "remote.Command",
                name: "both",
                args: { ...common, create: "printf 'one\\n\\n'", update: "echo two", delete: "echo gone" },
                exports: ["stdout"],
            },
            { type: "remote.Command", name: "create-only", args: { ...common, create: "echo created" } },
            {
                type: "remote.Command",
                name: "no-previous-output",
                args: { ...common, create: "echo alone", addPreviousOutputInEnv: false },
            },
            { type: "remote.Command", name: "update-only", args: { ...common, update: "echo updated" } },
            { type: "remote.Command", name: "delete-only", args: { ...common, delete: `echo deleted ${trigger}` } },
            {
                type: "remote.Command",
                name: "triggered",
                args: {
                    ...common,
                    create: `echo make ${trigger}`,
                    update: "echo never",
                    delete: `echo drop ${trigger}`,
                    triggers: [trigger],
                },
            },
            {
                type: "remote.Command",
                name: "quiet",
                args: { ...common, create: "cat", stdin: { $secret: "from-standard-input" }, logging: "none" },
                options: { additionalSecretOutputs: ["stdout"] },
            },
            {
                type: "remote.Command",
                name: "loud",
                args: { ...common, create: "echo streamed-out; echo streamed-err >&2" },
                options: { additionalSecretOutputs: ["stdout"] },
            },
        ];
    };

    test("preview dials nobody, and takes a host and a stdout that are not known yet", async () => {
        const result = await contract.preview([
            ...commands(),
            {
                type: "remote.Command",
                name: "next",
                args: { connection: { host: { $output: "both.stdout" } }, create: { $output: "create-only.stdout" } },
            },
        ]);
        assert.equal(result.code, 0, output(result));
        assert.equal(host.dials, 0);
    });

    test("only commands with `create` run on creation, one connection each, as root", async () => {
        const result = await contract.up(commands());
        const ran = host.commands.toSorted();
        assert.deepEqual(ran, [
            "cat",
            "echo alone",
            "echo created",
            "echo make old",
            "echo streamed-out; echo streamed-err >&2",
            "printf 'one\\n\\n'",
        ]);
        assert.equal(host.dials, ran.length);
        assert.equal(new Set(host.executions.map((execution) => execution.connection)).size, ran.length);
        assert.deepEqual([...new Set(host.executions.map(({ user }) => user))], ["root"]);
        assert.equal((await contract.workspace.outputs())["both.stdout"], "one\n", "one newline is taken off");

        assert.match(output(result), /streamed-out/, "stdout is shown, marked as secret or not");
        assert.match(output(result), /streamed-err/);
        assert.equal(host.executions.find(({ command }) => command === "cat")?.stdin, "from-standard-input");
        assert.doesNotMatch(output(result), /from-standard-input/);
        assert.doesNotMatch(JSON.stringify(await contract.workspace.export()), /from-standard-input/);
        const state = await contract.state(true);
        assert.match(JSON.stringify(state.get("quiet")?.outputs?.stdout), /from-standard-input/);
    });

    test("a run without changes does nothing", async () => {
        host.forget();
        assert.deepEqual(summary(await contract.up(commands())), { unchanged: 9 });
        assert.equal(host.dials, 0);
    });

    test("a changed connection runs `update`, or `create` again; triggers replace, the new one before the old", async () => {
        host.forget();
        const result = await contract.up(commands(true));
        assert.deepEqual(host.commands.toSorted(), [
            "cat",
            "echo alone",
            "echo created",
            "echo drop old",
            "echo make new",
            "echo streamed-out; echo streamed-err >&2",
            "echo two",
            "echo updated",
        ]);
        assert.ok(host.commands.indexOf("echo make new") < host.commands.indexOf("echo drop old"));
        assert.deepEqual(summary(result), { updated: 7, replaced: 1, unchanged: 1 });
        assert.equal((await contract.workspace.outputs())["both.stdout"], "two", "update overwrites stdout");

        const env = (command: string) => host.executions.find((execution) => execution.command === command)?.env ?? {};
        assert.equal(env("echo two").PULUMI_COMMAND_STDOUT, "one\n");
        assert.deepEqual(env("echo alone"), {});
    });

    test("`delete` uses what is in the state; without its host the destroy fails and can be done again", async () => {
        const { port } = host;
        await host.close();
        const first = await contract.workspace.destroy(["--continue-on-error"]);
        assert.notEqual(first.code, 0);
        const left = await contract.state();
        assert.deepEqual(
            ["both", "delete-only", "triggered"].filter((name) => left.has(name)),
            ["both", "delete-only", "triggered"],
        );
        assert.equal(left.has("create-only"), false, "what has no `delete` goes without a connection");

        host = await SshServer.start({ port });
        const second = await contract.workspace.destroy();
        assert.equal(second.code, 0, output(second));
        assert.deepEqual(host.commands.toSorted(), ["echo deleted new", "echo drop new", "echo gone"]);
    });
});
