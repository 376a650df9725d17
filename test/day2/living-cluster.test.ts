import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { follows, output, SimulatedStack } from "../engine/simulated-stack";

// A cluster that lives already, and what a change of its settings runs where, and in which order.
let stack: SimulatedStack;

const kubernetes = (): Record<string, unknown> => stack.settings.kubernetes as Record<string, unknown>;

before(async () => {
    stack = await SimulatedStack.start(3);
    await stack.up();
});
after(() => stack.close());

test("on the first up, nothing that is for a living cluster ran", () => {
    const names = stack.journal.names.join("\n");
    assert.match(names, /init\.sh/);
    assert.doesNotMatch(names, /reconfigure|renew|drain/);
});

test("a flag changes the control plane alone, and preview names the step without dialling", async () => {
    kubernetes().controllerManager = { extraArgs: { "horizontal-pod-autoscaler-sync-period": "15s" } };
    stack.configure();
    stack.forget();
    const preview = await stack.workspace.preview();
    assert.match(preview.stdout, /cluster-master-control-plane-reconfigure update/, output(preview));
    assert.deepEqual(stack.dials, {});
    await stack.up();
    assert.deepEqual(stack.journal.names, ["master: init.sh verify", "master: reconfigure.sh"]);
    follows(stack.journal.only("master", "init.sh verify"), stack.journal.only("master", "reconfigure.sh"));
    const { CLUSTER_CONFIGURATION: documents } = stack.journal.only("master", "reconfigure.sh").inputs;
    assert.match(documents ?? "", /name: horizontal-pod-autoscaler-sync-period\n\s+value: "15s"/);
});

test("another number of the encryption key is another key, which the control plane alone is told", async () => {
    kubernetes().encryptionKey = 2;
    await stack.up();
    const { journal } = stack;
    const names = ["master: init.sh verify", "master: read-kubeconfig.sh", "master: reconfigure.sh"];
    assert.deepEqual(journal.names, names);
    const { ENCRYPTION_KEY: key = "-", ENCRYPTION_KEY_NAME: name } = journal.only("master", "init.sh verify").inputs;
    const { inputs } = journal.only("master", "reconfigure.sh");
    assert.equal(inputs.ENCRYPTION_KEY_NAME, name);
    assert.equal(inputs.ENCRYPTION_KEY, undefined);
    assert.ok(!stack.stored.includes(key));
    await stack.up(["--expect-no-changes"]);
});

test("every step presents the stack's identity; one that is given by hand takes its place", async () => {
    kubernetes().scheduler = { extraArgs: { v: "2" } };
    await stack.up();
    const of = () => new Set(stack.journal.steps.map(({ inputs }) => inputs.STACK_IDENTITY));
    const [made = ""] = of();
    assert.equal(of().size, 1);
    assert.match(made, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test("a setting of the kubelet goes from the control plane to one worker after the other", async () => {
    kubernetes().kubelet = { maxPods: 50 };
    await stack.up();
    const { journal } = stack;
    const renewals = [1, 2, 3].map((number) => journal.only(`worker-${number}`, `renew-node.sh worker-${number}`));
    [journal.only("master", "reconfigure.sh"), ...renewals].reduce((first, second) => {
        follows(first, second);
        return second;
    });
    assert.equal(journal.steps.length, 2 + 3);
});

test("a worker that cannot take it stops those after it; the next up goes on from there", async () => {
    kubernetes().kubelet = { maxPods: 60 };
    stack.host("worker-2").answers.set("renew-node.sh worker-2", () => ({ code: 1, stderr: "not Ready\n" }));
    const failed = await stack.tryUp();
    assert.notEqual(failed.code, 0);
    assert.ok(!stack.journal.names.some((name) => name.startsWith("worker-3")));
    stack.host("worker-2").answers.clear();
    await stack.up();
    assert.deepEqual(stack.journal.names, ["worker-2: renew-node.sh worker-2", "worker-3: renew-node.sh worker-3"]);
});

test("a control plane that refuses its settings leaves the workers alone", async () => {
    kubernetes().kubelet = { maxPods: 70 };
    stack.host("master").answers.set("reconfigure.sh", () => ({ code: 1, stderr: "did not come up\n" }));
    const failed = await stack.tryUp();
    assert.notEqual(failed.code, 0);
    assert.match(output(failed), /did not come up/);
    assert.deepEqual(stack.journal.names, ["master: init.sh verify", "master: reconfigure.sh"]);
    stack.host("master").answers.clear();
    kubernetes().kubelet = { maxPods: 60 };
    await stack.up();
    // With the former settings back in the configuration too, there is nothing to bring about.
    assert.deepEqual(stack.journal.names, ["master: init.sh verify"]);
});

test("a patch of kubeadm goes the same way, and is told again with the next setting; one of a component is no step on a worker", async () => {
    const patches: Record<string, string> = { "kubeletconfiguration+merge.yaml": "maxPods: 42" };
    kubernetes().kubeadm = { patches };
    await stack.up();
    const { journal } = stack;
    const renewals = [1, 2, 3].map((number) => journal.only(`worker-${number}`, `renew-node.sh worker-${number}`));
    [journal.only("master", "reconfigure.sh"), ...renewals].reduce((first, second) => {
        follows(first, second);
        return second;
    });
    const kubelet = "kubeletconfiguration+merge.yaml 1\nmaxPods: 42";
    for (const { inputs } of renewals) assert.equal(inputs.PATCHES, kubelet);
    kubernetes().kubelet = { maxPods: 60, imageMaximumGCAge: "10m" };
    await stack.up();
    for (const [host, script] of [
        ["master", "reconfigure.sh"],
        ["worker-3", "renew-node.sh worker-3"],
    ] as const)
        assert.equal(stack.journal.only(host, script).inputs.PATCHES, kubelet);
    patches["kube-scheduler.yaml"] = "spec: {priority: 1}";
    await stack.up();
    assert.deepEqual(stack.journal.names, ["master: init.sh verify", "master: reconfigure.sh"]);
    kubernetes().kubelet = { maxPods: 60 };
    delete kubernetes().kubeadm;
    await stack.up();
    assert.equal(stack.journal.only("worker-1", "renew-node.sh worker-1").inputs.PATCHES, undefined);
});

test("etcd's directory does not change on a living cluster: a preview refuses it, and no host is dialled", async () => {
    kubernetes().kubeadm = { clusterConfiguration: { etcd: { local: { dataDir: "/data/etcd" } } } };
    stack.configure();
    stack.forget();
    const preview = await stack.workspace.preview();
    assert.notEqual(preview.code, 0);
    assert.match(
        output(preview),
        /dataDir: etcd's data is in \/var\/lib\/etcd and cannot be in \/data\/etcd on a living cluster/,
    );
    assert.deepEqual(stack.dials, {});
    delete kubernetes().kubeadm;
    stack.configure();
});

test("the order of the workers survives one that goes and one that comes: no other worker is dialled", async () => {
    stack.remove("worker-2");
    await stack.up();
    assert.deepEqual(stack.dials, { master: 2, "worker-2": 1 });
    await stack.add("worker-4", "worker");
    await stack.up();
    assert.deepEqual(stack.dials, { master: 2, "worker-4": 3 });
});

test("a version goes from the control plane to one worker after the other, each drained before", async () => {
    kubernetes().version = "1.32.1";
    await stack.up();
    const { journal } = stack;
    const order = ["worker-1", "worker-3", "worker-4"].flatMap((worker) => [
        journal.only("master", `drain-node.sh ${worker}`),
        journal.only(worker, `renew-node.sh ${worker}`),
    ]);
    [journal.only("master", "reconfigure.sh"), ...order].reduce((first, second) => {
        follows(first, second);
        return second;
    });
    follows(journal.only("master", "prepare"), journal.only("master", "reconfigure.sh"));
});

test("a worker that cannot be drained stops the upgrade there; the next up goes on with it", async () => {
    kubernetes().version = "1.32.2";
    const blocked = { code: 1, stderr: "worker-3 could not be drained, blocked by default/db-0\n" };
    stack.host("master").answers.set("drain-node.sh worker-3", () => blocked);
    const failed = await stack.tryUp();
    assert.match(output(failed), /blocked by default\/db-0/);
    const names = stack.journal.names.join("\n");
    assert.match(names, /worker-1: renew-node/);
    assert.doesNotMatch(names, /(worker-3: renew|drain-node.sh worker-4)/);
    stack.host("master").answers.clear();
    await stack.up();
    assert.deepEqual(stack.journal.names, [
        ...["master: drain-node.sh worker-3", "master: drain-node.sh worker-4"],
        ...["worker-3: renew-node.sh worker-3", "worker-4: renew-node.sh worker-4"],
    ]);
    await stack.up(["--expect-no-changes"]);
});

for (const [what, change, reason] of [
    ["a downgrade", { version: "1.32.1" }, /runs Kubernetes v1\.32\.2, and a downgrade to v1\.32\.1 is not possible/],
    ["a skipped minor", { version: "1.34.0" }, /v1\.34\.0 skips a minor version\n +go to a 1\.33 first/],
    [
        "another subnet",
        { serviceSubnet: "10.97.0.0/16" },
        /serviceSubnet of this cluster is "10\.96\.0\.0\/12" and cannot/,
    ],
] as const) {
    test(`${what} is refused in preview, and by up before any host is dialled`, async () => {
        const former = { ...kubernetes() };
        Object.assign(kubernetes(), change);
        stack.configure();
        stack.forget();
        const preview = await stack.workspace.preview();
        assert.notEqual(preview.code, 0);
        assert.match(output(preview), reason);
        assert.notEqual((await stack.tryUp()).code, 0);
        assert.deepEqual(stack.dials, {});
        stack.settings.kubernetes = former;
    });
}

test("a version that the mirror lacks is refused in preview; a mirror that does not answer is only warned of", async () => {
    const mirror = createServer((_, response) => response.writeHead(404).end());
    // A test that failed must not be kept from ending.
    mirror.unref();
    await new Promise<void>((ready) => mirror.listen(0, "127.0.0.1", ready));
    const former = { ...kubernetes() };
    kubernetes().version = "1.33.4";
    stack.settings.mirrors = { binaries: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}` };
    stack.configure();
    const refused = await stack.workspace.preview();
    assert.notEqual(refused.code, 0);
    assert.match(output(refused), /has no Kubernetes v1\.33\.4/);
    await new Promise((closed) => mirror.close(closed));
    const warned = await stack.workspace.preview();
    assert.equal(warned.code, 0, output(warned));
    assert.match(output(warned), /does not answer here: whether it has v1\.33\.4 is seen on the hosts/);
    stack.settings.kubernetes = former;
    delete stack.settings.mirrors;
});
