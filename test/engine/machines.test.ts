import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Result } from "../lab/engine";
import { output, SimulatedStack } from "./simulated-stack";

// Addresses, host keys and the SSH key come from other resources of the same program: unknown until these are made.
const PROGRAM = join(__dirname, "machines");
/** What stands for such a value inside the program, and must be seen nowhere else. */
const PLACEHOLDER = /\b250\.\d+\.\d+\.\d+\b|AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAA/;
let stack: SimulatedStack;
const printed: string[] = [];
const received: string[] = [];

function keep(result: Result): Result {
    printed.push(output(result));
    received.push(...stack.journal.steps.map(({ execution }) => `${execution.command}\n${execution.stdin}`));
    return result;
}

/** An up in which a resource gives something wrong for a field of a node. */
async function upWith(wrong: Record<string, Record<string, unknown>>): Promise<Result> {
    stack.more = { "test:wrong": wrong };
    const result = keep(await stack.tryUp());
    stack.more = {};
    return result;
}

/** The steps on hosts that the state knows. */
const commands = async () => (await stack.resources()).filter(({ type }) => type === "command:remote:Command");

before(async () => {
    stack = await SimulatedStack.start(2, PROGRAM);
});
after(() => stack.close());

test("a preview plans all of it, with nothing known", async () => {
    const result = keep(await stack.workspace.preview(["--diff"]));
    assert.equal(result.code, 0, output(result));
    assert.match(result.stdout, /cluster-worker-2-worker-join/);
    assert.deepEqual(stack.dials, {});
});

for (const [what, wrong, message] of [
    [
        "one address for two machines",
        { "worker-2": { internalAddress: "127.0.0.12" } },
        /what other resources gave has a problem; nothing was changed:\n +cluster:nodes\[2\]\.internalAddress: "\[secret\]" is that of nodes\[1\] already/,
    ],
    [
        "an address that is none, a key that is none, and no address at all",
        {
            master: { address: "https://127.0.0.11" },
            "worker-1": { hostKey: "ssh-rsa AAAA" },
            "worker-2": { address: null },
        },
        /has 3 problems; nothing was changed:\n[^]*nodes\[2\]\.address: must be a text[^]*nodes\[0\]\.address: must be an IP address[^]*nodes\[1\]\.hostKey: must not be of the type ssh-rsa/,
    ],
    [
        "a secret address that is none, which is not shown",
        { "worker-1": { internalAddress: "127.0.0.300" } },
        /cluster:nodes\[1\]\.internalAddress: must be an IPv4 address; found "\[secret\]"/,
    ],
] as const) {
    test(`${what}: one error, no host is dialled, and the state knows none`, async () => {
        const result = await upWith(wrong);
        assert.notEqual(result.code, 0);
        // Above them stands the course of the run, which has the errors too.
        const [, said = ""] = output(result).split("Diagnostics:");
        assert.match(said, message);
        assert.deepEqual(said.match(/error: .*/g)?.length, 1, said);
        assert.doesNotMatch(output(result), /^ +at |127\.0\.0\.300/m);
        assert.deepEqual(stack.dials, {});
        assert.deepEqual(await commands(), []);
    });
}

test("one up makes machines and cluster", async () => {
    keep(await stack.up(["--diff"]));
    assert.deepEqual(Object.keys(stack.dials).sort(), ["master", "worker-1", "worker-2"]);
    const outputs = await stack.workspace.outputs();
    const nodes = ["master", "worker-1", "worker-2"].map((name) => ({ name, address: stack.host(name).address }));
    assert.deepEqual(outputs.ready, nodes);
});

test("a second up changes nothing and dials nobody", async () => {
    keep(await stack.up(["--expect-no-changes"]));
    assert.deepEqual(stack.dials, {});
});

test("one machine more, unknown in preview, leaves all others as they are", async () => {
    await stack.add("worker-3", "worker");
    stack.configure();
    const preview = keep(await stack.workspace.preview());
    assert.equal(preview.code, 0, output(preview));
    const planned = [...preview.stdout.matchAll(/^ *\S+ +\S+:\S+ (\S+) (?:create|update|replace|delete)\b/gm)];
    const names = planned.map(([, name = ""]) => name);
    assert.ok(names.includes("cluster-worker-3-worker-join"), preview.stdout);
    assert.deepEqual(
        names.filter((name) => !name.includes("worker-3")),
        // Which tests the network of the new node.
        ["cluster-master-control-plane-ready"],
    );
    keep(await stack.up());
    assert.deepEqual(stack.dials, { master: 2, "worker-3": 3 });
});

test("a host with another key is refused by the step that dials it", async () => {
    const { hostKey } = stack.node("worker-3");
    const result = await upWith({ "worker-1": { hostKey } });
    assert.notEqual(result.code, 0);
    assert.match(output(result), /cluster-worker-1-prepare/);
});

test("no placeholder was printed, sent to a host, or stored", () => {
    const places = { printed: printed.join("\n"), sent: received.join("\n"), stored: stack.stored };
    for (const [place, text] of Object.entries(places)) {
        assert.ok(text.length > 1000, `there is something that was ${place}`);
        assert.equal(PLACEHOLDER.exec(text)?.[0], undefined, place);
    }
});
