import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as yaml from "yaml";
import type { Result } from "../lab/engine";
import type { KeyPair } from "../doubles/ssh-server";
import { follows, output, SimulatedStack } from "./simulated-stack";

// One stack from its first preview to its destroy: each test starts where the one before it ended.
let stack: SimulatedStack;
/** All that the CLI has printed. */
const printed: string[] = [];
/** All that the hosts were told to run. */
const told: string[] = [];
const logins: KeyPair[] = [];
/** Bootstrap tokens, as the master was given them. */
const tokens: { id: string; secret: string }[] = [];

const keep = (result: Result): Result => {
    printed.push(output(result));
    for (const { execution, inputs } of stack.journal.steps) {
        told.push(execution.command, ...Object.values(execution.env));
        if (inputs.TOKEN_SECRET) tokens.push({ id: inputs.TOKEN_ID ?? "", secret: inputs.TOKEN_SECRET });
    }
    return result;
};
const up = async (args: string[] = []) => keep(await stack.up(args));

/** The addresses of the resources in the state. */
const resources = async () => (await stack.resources()).map(({ urn }) => urn);

before(async () => {
    stack = await SimulatedStack.start(2);
    stack.node("worker-1").labels = { rack: "1" };
    stack.configure();
    logins.push(stack.login);
});
after(() => stack.close());

test("a preview needs no host: with all of them down it shows the whole plan", async () => {
    for (const host of stack.hosts.values()) await host.powerOff();
    const result = keep(await stack.workspace.preview());
    for (const host of stack.hosts.values()) await host.powerOn();
    assert.equal(result.code, 0, output(result));
    const planned = [
        ...[
            "cluster-master-reset",
            "cluster-master-prepare",
            "cluster-master-control-plane-init",
            "cluster-master-control-plane-kubeconfig",
        ],
        ...[
            "cluster-worker-1-prepare",
            "cluster-worker-1-worker-token-admission",
            "cluster-worker-1-worker-join",
            "cluster-worker-2-worker-join",
        ],
        ...["cluster-master-control-plane-taints", "cluster-worker-1-worker-settings", "cluster-worker-2-worker-ready"],
    ];
    for (const name of planned) assert.match(result.stdout, new RegExp(` ${name} create\\b`), name);
    assert.deepEqual(stack.dials, {});
    assert.deepEqual(await resources(), []);
});

test("the first up takes every host from bare to settled, workers at the same time", async () => {
    // Each worker's join ends only when the other's has begun.
    const joining = new Map(
        ["worker-1", "worker-2"].map((name) => [
            name,
            new Promise<void>((begun) => {
                stack.host(name).answers.set("join.sh", async (step) => {
                    stack.host(name).answers.delete("join.sh");
                    begun();
                    await joining.get(name === "worker-1" ? "worker-2" : "worker-1");
                    return stack.host(name).healthy(step);
                });
            }),
        ]),
    );
    await up();
    const each = (name: string) => [`${name}: prepare`, `${name}: settle.sh`];
    assert.deepEqual(stack.journal.names, [
        ...["master: admit.sh worker-1", "master: admit.sh worker-2", "master: init.sh"],
        ...["master: prepare", "master: read-kubeconfig.sh", "master: settle.sh"],
        ...["worker-1: join.sh", ...each("worker-1"), "worker-2: join.sh", ...each("worker-2")],
    ]);
    const { journal } = stack;
    const init = journal.only("master", "init.sh");
    follows(journal.only("master", "prepare"), init);
    for (const worker of ["worker-1", "worker-2"]) {
        const admitted = journal.only("master", `admit.sh ${worker}`);
        const joined = journal.only(worker, "join.sh");
        follows(init, admitted);
        follows(journal.only(worker, "prepare"), admitted);
        follows(admitted, joined);
        const ready = journal.only(worker, "settle.sh");
        follows(joined, ready);
        // Which shows that the nodes' Pods reach each other.
        follows(ready, journal.only("master", "settle.sh"));
    }
    const { NODES, IMAGE, PORTS } = journal.only("master", "settle.sh").inputs;
    assert.deepEqual(
        { NODES, IMAGE, PORTS },
        { NODES: "master\nworker-1\nworker-2", IMAGE: "ghcr.io/flannel-io/flannel:v0.26.7", PORTS: "udp 8472" },
    );
    assert.equal(journal.only("worker-1", "settle.sh").inputs.NODES, undefined);
});

test("the first up opens at most 6 connections to a host", () => {
    for (const [host, dials] of Object.entries(stack.dials)) assert.ok(dials <= 6, `${host}: ${dials}`);
});

test("steps go through sudo where the login user is not root", () => {
    for (const { host, execution } of stack.journal.steps) {
        const [user, sudo] = host === "worker-1" ? ["admin", true] : ["root", false];
        assert.equal(execution.user, user);
        assert.equal(execution.command.startsWith("sudo -n "), sudo, execution.command);
    }
});

test("a worker's admission knows its machine; its join has a token of its own and the authority pinned", () => {
    const { journal } = stack;
    for (const worker of ["worker-1", "worker-2"]) {
        const { inputs } = journal.only("master", `admit.sh ${worker}`);
        assert.equal(inputs.MACHINE_IDENTITY, `${stack.host(worker).machineId} -`);
        const token = `${inputs.TOKEN_ID}.${inputs.TOKEN_SECRET}`;
        assert.match(token, /^[a-z0-9]{6}\.[a-z0-9]{16}$/);
        const join = journal.only(worker, "join.sh").inputs.JOIN_CONFIGURATION ?? "";
        assert.ok(join.includes(token));
        assert.match(join, /sha256:[0-9a-f]{64}/);
    }
    assert.equal(new Set(tokens.map(({ secret }) => secret)).size, 2);
});

test("labels get there by a patch that takes fields over; nodes without labels have none", () => {
    const patches = stack.api.applied.filter(({ what }) => what.startsWith("Node "));
    assert.deepEqual(
        patches.map(({ what, force }) => `${what} ${force}`),
        ["Node worker-1 true"],
    );
    const metadata = stack.api.node("worker-1")?.metadata;
    assert.ok(metadata);
    assert.equal((metadata.labels as { rack?: string } | undefined)?.rack, "1");
    assert.deepEqual(metadata.annotations, {
        "kubeadm-cluster/machine": stack.host("worker-1").machineId,
        "pulumi.com/patchForce": "true",
    });
});

test("a worker without labels and taints is nine resources: its component, a password, seven steps", async () => {
    const own = (await resources()).filter((urn) => /::cluster-worker-2-/.test(urn));
    assert.deepEqual(own.map((urn) => urn.split("::cluster-worker-2-")[1]).sort(), [
        ...["prepare", "reset", "worker", "worker-join", "worker-ready", "worker-token-admission"],
        ...["worker-token-digits", "worker-upgrade-drain", "worker-upgrade-node"],
    ]);
});

test("outputs: a kubeconfig for use from here, the endpoint, nodes and versions", async () => {
    const { kubeconfig, identity, ...plain } = await stack.workspace.outputs();
    const endpoint = `${stack.api.address}:${stack.api.port}`;
    const { clusters } = yaml.parse(kubeconfig as string) as { clusters: { cluster: { server: string } }[] };
    assert.deepEqual(
        clusters.map(({ cluster }) => cluster.server),
        [`https://${endpoint}`],
    );
    assert.deepEqual(new Set(stack.journal.steps.map(({ inputs }) => inputs.STACK_IDENTITY)), new Set([identity]));
    assert.deepEqual(plain, {
        certificates: { apiserver: "2099-01-01T00:00:00Z", ca: "2099-01-01T00:00:00Z" },
        endpoint: `https://${endpoint}`,
        etcdSnapshot: null,
        nodes: ["master", "worker-1", "worker-2"].map((name) => ({ name, address: stack.host(name).address })),
        versions: { kubernetes: "v1.32.0", network: "flannel" },
    });
});

test("a second up changes nothing and dials nobody", async () => {
    const result = await up(["--expect-no-changes"]);
    assert.match(result.stdout, /\b\d+ unchanged\b/);
    assert.deepEqual(stack.dials, {});
    assert.deepEqual(stack.api.requests, []);
});

test("a further worker dials itself and twice the master: for its admission, and to test its network", async () => {
    await stack.add("worker-3", "worker");
    stack.configure();
    keep(await stack.workspace.preview(["--json"]));
    await up(["--diff"]);
    assert.deepEqual(stack.dials, { master: 2, "worker-3": 3 });
    assert.deepEqual(stack.journal.names, [
        "master: admit.sh worker-3",
        "master: settle.sh",
        "worker-3: join.sh",
        "worker-3: prepare",
        "worker-3: settle.sh",
    ]);
    assert.deepEqual(stack.api.requests, []);
});

test("changed taints are the control plane's to bring about; changed labels touch their Node object alone", async () => {
    stack.node("worker-1").taints = [{ key: "gpu", value: "yes", effect: "NoExecute" }];
    stack.node("worker-2").labels = { zone: "a" };
    const { stdout } = await up(["--diff"]);
    assert.match(stdout, /zone *: "a"/);
    // The taints stand in the worker's kubeadm document too, whose step only looks at the kubelet by now.
    assert.deepEqual(stack.journal.names, ["master: taint.sh worker-1", "worker-1: join.sh"]);
    assert.equal(stack.journal.only("master", "taint.sh worker-1").inputs.TAINTS, "gpu=yes:NoExecute");
    const patches = new Map(stack.api.applied.map(({ what, object }) => [what, object.metadata]));
    assert.deepEqual([...patches.keys()], ["Node worker-2"]);
    assert.deepEqual(patches.get("Node worker-2")?.annotations, {
        "kubeadm-cluster/machine": stack.host("worker-2").machineId,
        "pulumi.com/patchForce": "true",
    });
    assert.deepEqual(patches.get("Node worker-2")?.labels, { zone: "a" });
});

test("another SSH key and another port run only what converges or verifies", async () => {
    stack.rotateKey();
    logins.push(stack.login);
    const moved = stack.host("worker-2");
    await moved.powerOff();
    await moved.powerOn(true);
    stack.node("worker-2").ssh = { port: moved.port };
    await up(["--diff"]);
    const workers = ["worker-1", "worker-2", "worker-3"];
    assert.deepEqual(
        stack.journal.names,
        [
            ...["master: init.sh verify", "master: prepare", "master: read-kubeconfig.sh", "master: settle.sh"],
            ...["master: reconfigure.sh", "master: renew-certificates.sh", "master: taint.sh master"],
            ...workers.map((name) => `master: admit.sh ${name} unless-admitted`),
            "master: taint.sh worker-1",
            ...workers.flatMap((name) => [`${name}: join.sh`, `${name}: prepare`, `${name}: settle.sh`]),
            ...workers.flatMap((name) => [`master: drain-node.sh ${name}`, `${name}: renew-node.sh ${name}`]),
        ].sort(),
    );
});

test("the last label and the last taint that are declared no more are taken back", async () => {
    stack.node("worker-1").taints = [];
    stack.node("worker-2").labels = {};
    await up(["--diff"]);
    assert.deepEqual(stack.journal.names, ["master: taint.sh worker-1 none", "worker-1: join.sh"]);
    assert.deepEqual(
        stack.api.applied.map(({ what, object }) => [what, object.metadata.labels]),
        [["Node worker-2", undefined]],
    );
});

test("a removed worker leaves the cluster first and is reset then; no other host is touched", async () => {
    stack.remove("worker-3");
    await up(["--diff"]);
    assert.deepEqual(stack.dials, { master: 2, "worker-3": 1 });
    assert.deepEqual(stack.journal.names, [
        "master: remove-node.sh worker-3",
        "master: settle.sh",
        "worker-3: reset.sh",
    ]);
    follows(stack.journal.only("master", "remove-node.sh worker-3"), stack.journal.only("worker-3", "reset.sh"));
    assert.deepEqual(stack.api.requests, []);
    assert.deepEqual(
        (await resources()).filter((urn) => urn.includes("worker-3")),
        [],
    );
});

test("no secret is printed, told in a command, or stored in plain text", async () => {
    const lines = (text: string) => text.split("\n").filter((line) => line.length > 40);
    const secrets = [
        ...logins.flatMap(({ private: key }) => lines(key)),
        ...tokens.map(({ secret }) => secret),
        ...lines(Buffer.from(stack.api.clientKeyData, "base64").toString()),
        stack.api.clientKeyData,
    ];
    const places = { printed: printed.join("\n"), told: told.join("\n"), stored: stack.stored };
    for (const [place, text] of Object.entries(places)) {
        for (const secret of secrets) assert.ok(!text.includes(secret), `${secret.slice(0, 8)}... is ${place}`);
    }
    // They are there, encrypted.
    const open = JSON.stringify(await stack.workspace.export(true));
    assert.ok(
        tokens.slice(0, 2).every(({ secret }) => open.includes(secret)) && open.includes(stack.api.clientKeyData),
    );
});

test("destroy takes each worker out of the cluster before it resets its host, and the master last", async () => {
    stack.forget();
    const result = keep(await stack.workspace.destroy());
    assert.equal(result.code, 0, output(result));
    const { journal } = stack;
    assert.deepEqual(journal.names, [
        ...["master: remove-node.sh worker-1", "master: remove-node.sh worker-2", "master: reset.sh"],
        ...["worker-1: reset.sh", "worker-2: reset.sh"],
    ]);
    for (const worker of ["worker-1", "worker-2"]) {
        const removed = journal.only("master", `remove-node.sh ${worker}`);
        follows(removed, journal.only(worker, "reset.sh"));
        follows(removed, journal.only("master", "reset.sh"));
    }
    // Objects in the cluster go with it: an API server that is gone already would not be missed.
    assert.deepEqual(stack.api.requests, []);
    assert.deepEqual(await resources(), []);
});
