import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Result } from "../lab/engine";
import { seal } from "../doubles/seal";
import { answered, type Step } from "../doubles/simulated-host";
import { output, SimulatedStack } from "./simulated-stack";
import { engineEvents } from "../../commands/event-log";
import { runOf } from "../../commands/timeline/steps";

// One stack whose every stage fails once before it works: what failures print is the most that a user ever sees.
let stack: SimulatedStack;
/** All that any command has printed. */
const printed: string[] = [];
/** All that stood in a command's text or environment: what a host's process list shows. */
const told: string[] = [];
/** What the engine wrote into its event logs. */
const logged: string[] = [];
/** Secrets by what they are, as the hosts were given them. */
const secrets = new Map<string, Set<string>>();

const learn = (what: string, ...values: string[]) => {
    const known = secrets.get(what) ?? new Set<string>();
    for (const value of values) known.add(value);
    secrets.set(what, known);
};

function keep(result: Result): Result {
    printed.push(output(result));
    for (const { execution, inputs } of stack.journal.steps) {
        told.push(execution.command, ...Object.values(execution.env));
        if (inputs.TOKEN_SECRET) learn("a token", inputs.TOKEN_SECRET);
        if (inputs.TRANSFER_KEY) learn("a transfer key", inputs.TRANSFER_KEY);
    }
    return result;
}

/** An up that writes an event log, and what `npm run timeline` makes of the log. */
async function timedUp(args: string[]) {
    const file = join(stack.directory, "events.log");
    const env = { PULUMI_DEBUG_COMMANDS: "true" };
    const result = keep(await stack.tryUp([...args, "--event-log", file], { env }));
    const log = readFileSync(file, "utf8");
    logged.push(log);
    return { result, run: runOf(engineEvents(log)) };
}

before(async () => {
    stack = await SimulatedStack.start(1);
    const pem = (key: string) => key.split("\n").filter((line) => line.length > 40);
    learn("the login key", ...pem(stack.login.private));
    const clientKey = stack.api.clientKeyData;
    learn("the administrator's key", clientKey, ...pem(Buffer.from(clientKey, "base64").toString()));
});
after(() => stack.close());

/** Whatever a plug-in has drawn by lot and calls secret, in each form that it gives. */
async function learnRandom(): Promise<void> {
    const { resources = [] } = (await stack.workspace.export(true)).deployment;
    for (const { type, outputs = {} } of resources) {
        if (!type.startsWith("random:")) continue;
        for (const { plaintext } of Object.values(outputs) as { plaintext?: string }[])
            if (plaintext !== undefined) learn("a random value", JSON.parse(plaintext) as string);
    }
}

/** What the broken step answers besides its failure; a session can break behind the last byte. */
const lastWords: Record<string, (step: Step) => string> = {
    "read-kubeconfig.sh": ({ inputs }) => answered(seal(stack.api.kubeconfig, inputs.TRANSFER_KEY ?? "")),
};

/** Steps that fail in one and the same up: those of a line run side by side. */
const stages: [host: string, step: string][][] = [
    [["master", "prepare"]],
    [["master", "init.sh"]],
    [
        ["master", "read-kubeconfig.sh"],
        ["master", "admit.sh worker-1"],
    ],
    [["worker-1", "join.sh"]],
    [["worker-1", "settle.sh"]],
];

for (const steps of stages) {
    test(`an up in which this fails: ${steps.flat().join(", ")}`, async () => {
        for (const [host, name] of steps) {
            stack.host(host).answers.set(name, (step) => ({
                code: 1,
                stdout: lastWords[name]?.(step) ?? "so far\n",
                stderr: `${host}: ${name} is broken\n`,
            }));
        }
        const { result, run } = await timedUp(["--diff", "--continue-on-error"]);
        assert.notEqual(result.code, 0);
        assert.equal(run.result, "failed");
        assert.equal(run.steps.filter(({ outcome }) => outcome === "failed").length, steps.length);
        for (const [host, name] of steps) {
            stack.host(host).answers.delete(name);
            assert.match(output(result), new RegExp(`${name} is broken`));
        }
    });
}

test("preview, up, refresh, export and destroy work", async () => {
    const { workspace } = stack;
    const work = async (run: Promise<Result>) => {
        const result = keep(await run);
        assert.equal(result.code, 0, output(result));
    };
    await work(workspace.preview(["--diff"]));
    await work(workspace.preview(["--json"]));
    const { result, run } = await timedUp(["--diff"]);
    assert.equal(result.code, 0, output(result));
    assert.deepEqual([run.stack, run.result], ["simulated", "succeeded"]);
    assert.ok(run.steps.length > 0 && run.steps.every(({ outcome }) => outcome === "done"));
    assert.ok(run.steps.some(({ host }) => host === "worker-1"));
    await work(workspace.preview(["--debug"]));
    await work(workspace.pulumi(["refresh", "--yes", "--diff"]));
    await work(workspace.pulumi(["stack", "--show-ids", "--show-urns"]));
    await work(workspace.pulumi(["stack", "export"]));
    await learnRandom();
    await work(workspace.pulumi(["stack", "output", "--json"]));
    await work(workspace.pulumi(["stack", "history"]));
    // A destroy that fails half-way, too.
    stack.forget();
    stack.host("worker-1").answers.set("reset.sh", () => ({ code: 1, stderr: "reset is broken\n" }));
    assert.notEqual(keep(await workspace.destroy(["--diff"])).code, 0);
    stack.host("worker-1").answers.delete("reset.sh");
    await work(workspace.destroy());
});

test("no secret was printed, stood in a command, or is stored in plain text", () => {
    assert.deepEqual([...secrets.keys()].sort(), [
        "a random value",
        "a token",
        "a transfer key",
        "the administrator's key",
        "the login key",
    ]);
    const places = {
        printed: printed.join("\n"),
        "told in a command": told.join("\n"),
        "in an event log": logged.join("\n"),
        stored: stack.stored,
    };
    for (const [place, text] of Object.entries(places)) {
        assert.ok(text.length > 100, `there is something that was ${place}`);
        for (const [what, values] of secrets) {
            for (const value of values) assert.ok(!text.includes(value), `${what} is ${place}`);
        }
    }
});
