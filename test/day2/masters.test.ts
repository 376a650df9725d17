import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parse } from "yaml";
import { follows, output, SimulatedStack } from "../engine/simulated-stack";

// A control plane of several nodes: from one to three, changes of all of them, hosts that are lost, and back to one.
let stack: SimulatedStack;

const inOrder = (...steps: [host: string, name: string][]) =>
    steps
        .map(([host, name]) => stack.journal.only(host, name))
        .reduce((first, second) => {
            follows(first, second);
            return second;
        });
/** What kubeadm is told of joining, read: a text may stand in quotes or not. */
const joinDocument = (inputs: Partial<Record<string, string>>) =>
    parse(inputs.JOIN_CONFIGURATION ?? "") as {
        discovery: { bootstrapToken: { token: string } };
        controlPlane: { certificateKey: string };
    };
const kubernetes = (): Record<string, unknown> => stack.settings.kubernetes as Record<string, unknown>;
const resources = async () => (await stack.resources()).map(({ urn }) => urn);

before(async () => {
    stack = await SimulatedStack.start(1);
    await stack.up();
});
after(() => stack.close());

test("from one to three: the first stays as it is, the others join one after the other", async () => {
    await stack.add("master-2", "control-plane");
    await stack.add("master-3", "control-plane");
    stack.configure();
    const preview = output(await stack.workspace.preview());
    assert.doesNotMatch(preview, /replace|delete/);
    await stack.up();
    const { journal } = stack;
    assert.deepEqual(journal.names, [
        ...["master-2: init.sh join", "master-2: prepare", "master-2: settle.sh"],
        ...["master-3: init.sh join", "master-3: prepare", "master-3: settle.sh"],
        ...["master: admit.sh master-2", "master: admit.sh master-3", "master: init.sh verify"],
        ...["master: reconfigure.sh", "master: settle.sh"],
    ]);
    inOrder(
        ["master", "init.sh verify"],
        ...(["master-2", "master-3"] as const).flatMap((name): [string, string][] => [
            ["master", `admit.sh ${name}`],
            [name, "init.sh join"],
        ]),
    );
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.dials, {});
});

test("who joins gets token and key by standard input, and the API server's files as the first has them", async () => {
    await stack.add("master-4", "control-plane");
    await stack.add("master-5", "control-plane");
    await stack.up();
    const { journal } = stack;
    const { inputs } = journal.only("master", "admit.sh master-4");
    assert.match(inputs.CERTIFICATE_KEY ?? "", /^[0-9a-f]{64}$/);
    const join = journal.only("master-4", "init.sh join");
    const { discovery, controlPlane } = joinDocument(join.inputs);
    assert.equal(controlPlane.certificateKey, inputs.CERTIFICATE_KEY);
    assert.equal(discovery.bootstrapToken.token, `${inputs.TOKEN_ID}.${inputs.TOKEN_SECRET}`);
    assert.match(join.inputs.ENCRYPTION_KEY ?? "", /^[A-Za-z0-9+/]{43}=$/);
    assert.equal(join.inputs.TOKEN_ID, inputs.TOKEN_ID);
    assert.equal(
        join.inputs.OTHER_MASTERS,
        ["master", "master-2", "master-3", "master-5"].map((name) => stack.host(name).address).join(" "),
    );
    assert.ok(!stack.stored.includes(inputs.CERTIFICATE_KEY ?? "-"));
    for (const { execution } of journal.steps) assert.ok(!execution.command.includes(inputs.CERTIFICATE_KEY ?? "-"));
    stack.remove("master-5");
    stack.remove("master-4");
    await stack.up();
    // The last one first; each leaves etcd before its host is reset.
    inOrder(["master", "remove-control-plane-node.sh master-5"], ["master-5", "reset.sh"]);
    inOrder(["master", "remove-control-plane-node.sh master-5"], ["master", "remove-control-plane-node.sh master-4"]);
    inOrder(["master", "remove-control-plane-node.sh master-4"], ["master-4", "reset.sh"]);
});

test("two are no number for etcd, and nothing is dialled", async () => {
    const [third] = stack.nodes.filter(({ name }) => name === "master-3");
    stack.remove("master-3");
    const failed = await stack.tryUp();
    assert.match(output(failed), /2 are no number for etcd: make it 1, 3 or 5/);
    assert.deepEqual(stack.dials, {});
    if (third) stack.nodes.push(third);
});

test("the first node stays the first", async () => {
    stack.nodes.reverse();
    const failed = await stack.tryUp();
    assert.match(output(failed), /master made this cluster and stays the first of its control plane/);
    assert.deepEqual(stack.dials, {});
    stack.nodes.reverse();
});

test("the key of Secrets stays while there are several nodes: refused in preview, with the way", async () => {
    kubernetes().encryptionKey = 2;
    const failed = await stack.tryUp();
    assert.match(output(failed), /kubernetes\.encryptionKey: cannot become 2 \(it is 1\).*go down to one/s);
    assert.deepEqual(stack.dials, {});
    delete kubernetes().encryptionKey;
});

test("another flag, and another version, go from one to the next, workers after them", async () => {
    kubernetes().scheduler = { extraArgs: { v: "3" } };
    await stack.up();
    inOrder(["master", "reconfigure.sh"], ["master-2", "reconfigure.sh joined"], ["master-3", "reconfigure.sh joined"]);
    kubernetes().version = "1.32.1";
    await stack.up();
    inOrder(
        ["master", "reconfigure.sh"],
        ["master-2", "reconfigure.sh joined"],
        ["master-3", "reconfigure.sh joined"],
        ["master", "drain-node.sh worker-1"],
        ["worker-1", "renew-node.sh worker-1"],
    );
    await stack.up(["--expect-no-changes"]);
});

test("certificates are renewed on one node after the other", async () => {
    kubernetes().certificates = { issuedAfter: new Date(Date.now() - 1000).toISOString().replace(/\.\d+/, "") };
    await stack.up();
    const renewal = "renew-certificates.sh";
    inOrder(["master", renewal], ["master-2", renewal], ["master-3", renewal]);
    const { certificates } = (await stack.workspace.outputs()) as { certificates: Record<string, string> };
    const names = ["apiserver", "ca"];
    const further = ["master-2", "master-3"].flatMap((node) => names.map((name) => `${node}/${name}`));
    assert.deepEqual(Object.keys(certificates).sort(), [...names, ...further]);
});

test("a node whose host is lost leaves etcd without a word to it; another host takes its place", async () => {
    await stack.host("master-2").powerOff();
    stack.node("master-2").gone = true;
    await stack.up();
    assert.ok(stack.journal.names.includes("master: remove-control-plane-node.sh master-2 gone"));
    assert.equal(stack.dials["master-2"], undefined);
    await stack.exchange("master-2", "spare");
    delete stack.node("master-2").gone;
    await stack.up();
    inOrder(["spare", "prepare"], ["master", "admit.sh master-2"], ["spare", "init.sh join verify"]);
    await stack.up(["--expect-no-changes"]);
});

test("the first node on a new host joins the others: another one admits it, and no cluster is made", async () => {
    await stack.host("master").powerOff();
    await stack.exchange("master", "new-first");
    await stack.up();
    inOrder(
        ["new-first", "prepare"],
        ["spare", "readmit.sh master"],
        ["new-first", "init.sh verify"],
        ["new-first", "read-kubeconfig.sh"],
    );
    const { inputs } = stack.journal.only("new-first", "init.sh verify");
    assert.match(joinDocument(inputs).controlPlane.certificateKey, /^[0-9a-f]{64}$/);
    assert.ok(!stack.journal.names.some((name) => name.includes("reset.sh") || name.includes("remove-")));
    await stack.up(["--expect-no-changes"]);
});

test("a destroy takes the nodes out one after the other, the first last, and leaves nothing", async () => {
    stack.forget();
    const { code, stdout, stderr } = await stack.workspace.destroy();
    assert.equal(code, 0, stdout + stderr);
    inOrder(
        ["new-first", "remove-control-plane-node.sh master-3"],
        ["new-first", "remove-control-plane-node.sh master-2"],
        ["new-first", "reset.sh"],
    );
    assert.deepEqual(await resources(), []);
});
