import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { soundKeyPair } from "../doubles/simulated-host";
import { output, SimulatedStack } from "./simulated-stack";

// One up in which four of six hosts refuse, each in a way of its own, and one in which they do not any more.
let stack: SimulatedStack;
let first: string;
/** Who may log in on the host that does not know the stack's key. */
const otherKeys = [soundKeyPair().public];

before(async () => {
    stack = await SimulatedStack.start(0);
    await stack.add("healthy", "worker");
    const passwordWanted = await stack.add("password-wanted", "worker", { ssh: { user: "admin" } });
    passwordWanted.sudo = false;
    const poweredOff = await stack.add("powered-off", "worker");
    await poweredOff.powerOff();
    await stack.add("other-key", "worker", {}, otherKeys);
    await stack.add("impostor", "worker", { hostKey: stack.host("master").ssh.hostKey });
    // Without the option the engine begins no further step, on any host, once one has failed.
    const result = await stack.tryUp(["--continue-on-error"]);
    assert.notEqual(result.code, 0);
    first = output(result);
});
after(() => stack.close());

/** The error of a resource in the diagnostics at the end of an up. */
const errorOf = (name: string): string => {
    const all = first.slice(first.indexOf("Diagnostics:")).split(/\n {2}(?=\S+ \(.*\):\n)/);
    const found = all.filter((one) => one.includes(` (${name}):`));
    assert.equal(found.length, 1, `${name} has ${found.length} errors, not one, in:\n${first}`);
    return found[0] ?? "";
};

test("a host that does not answer: it is named with its address and user, in time and in the error", () => {
    const host = stack.host("powered-off");
    assert.ok(first.includes(`powered-off, reached as root@${host.address}:${host.port}, is not prepared after 5 s`));
    const error = errorOf("cluster-powered-off-prepare");
    assert.match(error, /after \d+ failed attempts/);
    assert.ok(error.includes(`${host.address}:${host.port}`), error);
});

test("a host that does not know the key: the error names the node and says so", () => {
    const error = errorOf("cluster-other-key-prepare");
    assert.match(error, /authenticat/i);
});

test("a host with another host key: the error names the node and says so; no step runs on it", () => {
    const error = errorOf("cluster-impostor-prepare");
    assert.match(error, /handshake failed|host key/i);
    assert.deepEqual(stack.host("impostor").ssh.commands, []);
});

test("a user without sudo: the error names the node and says so", () => {
    const error = errorOf("cluster-password-wanted-prepare");
    assert.match(error, /sudo: a password is required/);
});

test("an error holds neither the private key nor what was sent on standard input", () => {
    const key = stack.login.private.split("\n").filter((line) => line.length > 40);
    for (const secret of [...key, "set -euo pipefail"]) assert.ok(!first.includes(secret));
});

test("with --continue-on-error the other hosts were taken all the way", () => {
    const finished = ["master: init.sh", "healthy: join.sh", "healthy: settle.sh"];
    for (const step of finished) assert.ok(stack.journal.names.includes(step), step);
    // The network is tested when all nodes are there.
    assert.ok(!stack.journal.names.includes("master: settle.sh"));
    const refusing = ["password-wanted", "powered-off", "other-key", "impostor"];
    assert.deepEqual(
        stack.journal.steps.filter(({ host }) => refusing.includes(host)),
        [],
    );
});

test("each host that refuses has its one error: nothing is told of what waited for it, and no stack trace", () => {
    assert.doesNotMatch(first, /unhandled exception|error serializing|failed to register|Warning|\n\s+at /);
    assert.equal(first.slice(first.indexOf("Diagnostics:")).match(/\(cluster-\S+\):/g)?.length, 4);
});

test("the stack has its outputs, with the nodes that are Ready", async () => {
    const { nodes, kubeconfig } = await stack.workspace.outputs();
    assert.deepEqual(
        (nodes as { name: string }[]).map(({ name }) => name),
        ["master", "healthy"],
    );
    assert.ok(String(kubeconfig).includes("certificate-authority-data"));
});

test("once the hosts answer, the next up does what was left, and nothing again", async () => {
    await stack.host("powered-off").powerOn();
    stack.host("password-wanted").sudo = true;
    stack.node("impostor").hostKey = stack.host("impostor").ssh.hostKey;
    otherKeys.push(stack.login.public);
    await stack.up();
    const late = ["password-wanted", "powered-off", "other-key", "impostor"];
    assert.deepEqual(
        stack.journal.names,
        [
            "master: settle.sh",
            ...late.flatMap((name) => [
                ...[`master: admit.sh ${name}`, `${name}: prepare`],
                ...[`${name}: join.sh`, `${name}: settle.sh`],
            ]),
        ].sort(),
    );
});

test("a host that is given up: its node leaves the cluster, and neither labels nor taints are taken back", async () => {
    const node = stack.node("powered-off");
    Object.assign(node, { labels: { rack: "1" }, taints: [{ key: "gpu", effect: "NoSchedule" }] });
    await stack.up();
    assert.deepEqual(
        stack.api.applied.map(({ what }) => what),
        ["Node powered-off"],
    );
    await stack.host("powered-off").powerOff();
    node.gone = true;
    await stack.up();
    assert.deepEqual(stack.journal.names, ["master: remove-node.sh powered-off gone", "master: settle.sh"]);
    assert.deepEqual(stack.api.requests, []);
});
