import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { run } from "../../lab/engine";
import { type Execution, SshServer } from "../../doubles/ssh-server";
import { cluster } from "../config/cluster";
import { FakeHost } from "../hosts/precheck/fake-host";

const MINE = "11111111-2222-3333-4444-555555555555";
const THEIRS = "99999999-2222-3333-4444-555555555555";
const PROJECT = resolve(__dirname, "..", "..", "..");

const directory = mkdtempSync(join(tmpdir(), "stack-identity-"));
const file = (name: string) => join(directory, name);
/** What the stack's outputs are, as `pulumi stack output` prints them; it fails without. */
const outputs = (text: string) => writeFileSync(file("outputs"), text);
/** The words of the real scripts on a host of another stack. */
let refusal = "";
let own: SshServer;
let foreign: SshServer;

const fine = ({ command }: Execution) => ({
    stdout: `kubeadm-cluster> ${/etcd/.test(command) ? "c2F2ZWQK" : "end"}\n`,
});

before(async () => {
    mkdirSync(file("bin"));
    writeFileSync(
        file("bin/pulumi"),
        `#!/bin/bash
        case "$1 $2" in
        config*) echo '{"kubeadm-cluster:sshPassword": {"value": "secret"}}' ;;
        "stack output") cat '${file("outputs")}' || { echo "error: the backend is away" >&2; exit 255; } ;;
        *) exit 1 ;;
        esac`,
        { mode: 0o755 },
    );

    const host = new FakeHost();
    host.file("var/lib/kubeadm-cluster/stack", `${THEIRS}\n`);
    refusal = host.check(cluster(), "report", undefined, { STACK_IDENTITY: MINE }).stderr;
    host.remove();
    own = await SshServer.start({ handler: fine });
    foreign = await SshServer.start({
        handler: (execution) =>
            `${execution.command}${execution.stdin}`.includes(MINE) ? { code: 1, stderr: refusal } : fine(execution),
    });
});
after(async () => {
    await Promise.all([own.close(), foreign.close()]);
    rmSync(directory, { recursive: true });
});
afterEach(() => {
    own.forget();
    foreign.forget();
});

/** Runs a command of the project for a stack with two hosts: the own master, and a worker that another stack has made. */
async function command(name: string, words: string[], settings: Record<string, unknown> = {}) {
    const node = (role: string, address: string, number: number, { hostKey, port }: SshServer) => ({
        ...{ role, address, hostKey, internalAddress: `10.0.0.${number}`, ssh: { port } },
    });
    const nodes = [
        { name: "master", ...node("control-plane", "127.0.0.1", 1, own) },
        { name: "worker-1", ...node("worker", "localhost", 2, foreign) },
    ];
    const config = Object.entries({ nodes, ...settings }).map(([key, value]) => [`kubeadm-cluster:${key}`, value]);
    writeFileSync(file("Pulumi.some.yaml"), stringify({ config: Object.fromEntries(config) as object }));
    const common = ["--stack", "some", "--config-file", file("Pulumi.some.yaml")];
    const main = join(PROJECT, "commands", name, "main.ts");
    const env = { ...process.env, PATH: `${file("bin")}:${process.env.PATH}` };
    const args = ["--import", "tsx", main, ...words, ...common];
    return run(process.execPath, args, { cwd: PROJECT, env, timeout: 60 });
}

describe("a stack with an identity", () => {
    before(() => outputs(JSON.stringify({ identity: MINE })));

    test("verify: another stack's host is a difference in its own words, and the others are looked at", async () => {
        const { code, stdout, stderr } = await command("verify", ["--json"]);
        assert.equal(code, 1, stderr);
        const all = JSON.parse(stdout) as { node: string; what: string; found: string }[];
        const [found, ...more] = all.filter(({ what }) => what === "verify.sh");
        assert.deepEqual([found?.node, more], ["worker-1", []]);
        assert.match(found?.found ?? "", new RegExp(`belongs to the stack with the identity ${THEIRS}`));
        assert.match(found?.found ?? "", new RegExp(`pulumi config set identity ${THEIRS}$`));
        assert.match(own.executions[0]?.stdin ?? "", new RegExp(`^STACK_IDENTITY 1\n${MINE}\n`, "m"));
    });

    test("precheck: the same is an error of that host, with the way out", async () => {
        const { code, stdout, stderr } = await command("precheck", ["--json"]);
        assert.equal(code, 1, stderr);
        const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
        assert.deepEqual(findings, [
            {
                host: "worker-1",
                check: "stack",
                severity: "error",
                found: `belongs to the stack with the identity ${THEIRS}`,
                wanted: `this stack's: ${MINE}`,
                fix: `Use that stack's state; where it is lost, take the hosts over with: pulumi config set identity ${THEIRS}`,
            },
        ]);
        assert.match(own.executions[0]?.stdin ?? "", new RegExp(`^STACK_IDENTITY 1\n${MINE}\n`, "m"));
    });

    for (const [action, script] of [
        ["snapshot", "etcd-snapshot.sh"],
        ["restore", "etcd-restore.sh"],
    ] as const) {
        test(`etcd ${action}: the identity is the script's last word`, async () => {
            const saved = file(`${action}.db`);
            if (action === "restore") writeFileSync(saved, "saved\n");
            const { code, stderr } = await command("etcd", [action, saved]);
            assert.equal(code, 0, stderr);
            assert.match(own.commands[0] ?? "", new RegExp(`/${script} - ${MINE}$`));
        });
    }

    test("one that the configuration gives takes its place", async () => {
        const { code, stderr } = await command("etcd", ["snapshot", file("given.db")], { identity: THEIRS });
        assert.equal(code, 0, stderr);
        assert.match(own.commands[0] ?? "", new RegExp(`/etcd-snapshot.sh - ${THEIRS}$`));
    });
});

describe("a stack that has none to tell", () => {
    test("before its first up: hosts are looked at, and nothing is presented", async () => {
        outputs("{}");
        const { code, stderr } = await command("precheck", []);
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(own.executions[0]?.stdin ?? "", /^STACK_IDENTITY \d/m);
        await command("etcd", ["snapshot", file("none.db")]);
        assert.match(own.commands.at(-1) ?? "", /\/etcd-snapshot\.sh -$/);
    });

    test("because the CLI fails: the reason is Pulumi's own, and no host is dialled", async () => {
        rmSync(file("outputs"));
        const { code, stderr } = await command("verify", []);
        assert.equal(code, 2);
        assert.match(stderr, /the outputs of the stack some cannot be read: .*error: the backend is away/s);
        assert.equal(own.dials, 0);
    });
});
