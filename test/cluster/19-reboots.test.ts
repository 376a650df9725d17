import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { randomNumbers } from "../kills/random";
import * as lab from "../lab/api";
import { command, editConfig, eventually, kubectl, labCommand, readyNodes, WEB } from "./support/cluster";
import { NODES } from "./support/masters";
import { destroyLeavesNothing, nothingToChange, up } from "./support/stack";

// What the program does outlives a reboot of all hosts, and what somebody does beside it is found and mended.
/** Orders in which hosts go and come; REBOOT_SEED repeats one that was printed. */
const seed = Number(process.env.REBOOT_SEED ?? Date.now() % 100000);
const random = randomNumbers(seed);
const shuffled = () =>
    NODES.map((name) => ({ name, place: random() }))
        .sort((one, other) => one.place - other.place)
        .map(({ name }) => name);

/** A working cluster: nodes Ready, a Service of another node's Pod by its name, hosts as the stack says. */
async function works(): Promise<void> {
    await eventually(180, async () => assert.deepEqual((await readyNodes()).sort(), [...NODES].sort()));
    await eventually(120, async () => {
        assert.match(await kubectl("exec client -- wget -q -T 5 -O - http://web"), /from-worker-2/);
    });
    const { code, stdout, stderr } = await command("verify");
    assert.equal(code, 0, stdout + stderr);
    await nothingToChange();
}

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--masters", "3", "--workers", "2");
    editConfig((_, nodes) => {
        Object.assign(nodes.find(({ name }) => name === "worker-2") ?? {}, {
            labels: { disk: "ssd" },
            taints: [{ key: "soft", effect: "PreferNoSchedule" }],
        });
    });
    await lab.labWorkspace().init();
    await up();
    await kubectl("apply -f -", WEB);
    await kubectl("wait --for condition=Ready pod/web pod/client --timeout 120s");
});
after(() => labCommand("down"));

for (const [how, off] of [
    ["shut down", lab.stopHost],
    ["without power", lab.killHost],
] as const) {
    test(`40: all hosts ${how}, and on again, each in an order of its own: the cluster works, and up has nothing to do`, async (t) => {
        const [leave, come] = [shuffled(), shuffled()];
        t.diagnostic(`seed ${seed}: off ${leave.join(" ")}; on ${come.join(" ")}`);
        for (const name of leave) await off(name);
        const began = Date.now();
        for (const name of come) await lab.powerOn(lab.knownHost(name));
        await eventually(180, async () => assert.deepEqual((await readyNodes()).sort(), [...NODES].sort()));
        t.diagnostic(`Ready ${(Date.now() - began) / 1000} s after the first power`);
        await works();
    });
}

/** Raises `repair` of a node, as the command that verify names does, and runs up. */
async function repair(name: string): Promise<number> {
    editConfig((_, nodes) => {
        const node = nodes.find((one) => one.name === name);
        if (node) node.repair = Number(node.repair ?? 0) + 1;
    });
    return up();
}

test("54: a Node that was deleted by hand: verify names the command, and its Pods have a network again", async (t) => {
    await kubectl("delete node worker-2");
    const { code, stdout } = await command("verify");
    assert.equal(code, 1);
    assert.match(stdout, /^worker-2: Node: found missing; the stack says there$/m);
    assert.match(stdout, /^to mend: .*nodes\[4\]\.repair=1.* && pulumi up /m);
    t.diagnostic(`back in ${await repair("worker-2")} s`);
    const marks = "-o 'jsonpath={.metadata.labels.disk} {.spec.taints[?(@.key==\"soft\")].effect}'";
    assert.equal(await kubectl(`get node worker-2 ${marks}`), "ssd PreferNoSchedule");
    await kubectl("delete pod web --ignore-not-found --force --grace-period 0");
    await kubectl("apply -f -", WEB);
    await works();
});

test("54: the same by a refresh and an up, of a worker with labels", async () => {
    await kubectl("delete node worker-2");
    await lab.labWorkspace().ok(["refresh", "--yes", "--skip-preview"]);
    await up();
    await kubectl("delete pod web --ignore-not-found --force --grace-period 0");
    await kubectl("apply -f -", WEB);
    await works();
    await lab.labWorkspace().ok(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
});

test("54: a Node of the control plane that was deleted by hand is one of it again", async () => {
    await kubectl("delete node master-2");
    await repair("master-2");
    const one = "-l node-role.kubernetes.io/control-plane --field-selector metadata.name=master-2";
    const taints = await kubectl(`get nodes ${one} -o 'jsonpath={.items[*].spec.taints[*].key}'`);
    assert.match(taints, /node-role\.kubernetes\.io\/control-plane/);
    await works();
});

test("what somebody has changed on a host is named by verify, and a repair mends it", async () => {
    await lab.insideHost(
        "master-3",
        "sed -i 's/--leader-elect=true/--leader-elect=true\\n    - --v=4/' /etc/kubernetes/manifests/kube-scheduler.yaml",
    );
    await lab.insideHost(
        "worker-1",
        "sed -i '/# kubeadm-cluster$/d' /etc/hosts; echo 'maxPods: 42' >>/var/lib/kubelet/config.yaml; systemctl -q disable kubelet; rm /opt/cni/bin/bridge",
    );
    await kubectl("label node worker-2 disk-");
    await kubectl("taint node worker-2 soft-");
    const { code, stdout } = await command("verify");
    assert.equal(code, 1);
    assert.match(stdout, /^master-3: manifest of kube-scheduler: found .*--v=4/m);
    assert.match(stdout, /^worker-1: names in \/etc\/hosts: found not there/m);
    assert.match(stdout, /^worker-1: settings of kubelet: found maxPods: 42/m);
    assert.match(stdout, /^worker-1: unit kubelet at boot: found disabled/m);
    assert.match(stdout, /^worker-2: taint: found missing/m);
    for (const name of ["master-3", "worker-1", "worker-2"]) await repair(name);
    await works();
});

test("a destroy leaves nothing", async () => {
    await destroyLeavesNothing(["master", "master-2", "master-3"]);
});
