import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as lab from "../../lab/api";
import { editConfig, eventually, hostDigest, kubectl, labCommand, readyNodes } from "./support/cluster";
import { FOUR, Load } from "./support/load";
import { AWAY, holders, MASTERS, members, NODES, nothingToChange } from "./support/masters";

// A control plane of three: from one, on a cluster that is used; a master without power; changes; a master that is replaced.

let api: Load;
let service: Load;
let bare = "";

const up = async () => {
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.equal(code, 0, stdout + stderr);
};

const objects = async () => (await kubectl("get configmaps -l used=yes -o name")).split("\n").length;

before(async () => {
    await labCommand("down");
    await labCommand("up");
    await kubectl("apply -f -", FOUR);
    await kubectl("rollout status deployment/four --timeout 120s");
    for (let n = 0; n < 5; n++) await kubectl(`create configmap used-${n} --from-literal n=${n}`);
    await kubectl("label configmaps --all used=yes");
});
after(() => labCommand("down"));

test("from one master to three on a used cluster: all objects are there, etcd has three members, one has the address", async (t) => {
    const uid = await kubectl("get namespace kube-system -o 'jsonpath={.metadata.uid}'");
    const before = await objects();
    await labCommand("hosts", "--masters", "3");
    bare = await hostDigest("master-3");
    const began = Date.now();
    await up();
    t.diagnostic(`from one to three in ${(Date.now() - began) / 1000} s`);
    assert.equal(await kubectl("get namespace kube-system -o 'jsonpath={.metadata.uid}'"), uid);
    assert.equal(await objects(), before);
    await eventually(60, async () => assert.deepEqual((await readyNodes()).sort(), NODES));
    assert.deepEqual(await members(), MASTERS);
    assert.equal((await holders()).length, 1);
    await eventually(90, async () => {
        assert.doesNotMatch(await kubectl("-n kube-system get secrets -o name"), /kubeadm-certs|bootstrap-token/);
    });
    const { endpoint } = await lab.labWorkspace().outputs();
    assert.equal(endpoint, `https://${lab.virtualAddress}:6443`);
    // What kube-proxy dials is the name, by the file that its container got at its start.
    const proxies =
        "-l k8s-app=kube-proxy -o 'jsonpath={range .items[*]}{.spec.nodeName} {.metadata.uid}{\"\\n\"}{end}'";
    for (const line of (await kubectl(`-n kube-system get pods ${proxies}`)).split("\n")) {
        const [node = "", pod] = line.split(" ");
        const { stdout } = await lab.insideHost(
            node,
            `grep api.kubernetes.internal /var/lib/kubelet/pods/${pod}/etc-hosts`,
        );
        assert.match(stdout, new RegExp(`^${lab.virtualAddress.replaceAll(".", "\\.")}\\s`), node);
    }
    await nothingToChange();
    const address = await kubectl("get service four -o 'jsonpath={.spec.clusterIP}'");
    api = await Load.start("load-api", `https://${lab.virtualAddress}:6443/readyz`, "worker-2", {
        answer: 1,
        pause: 0.1,
    });
    service = await Load.start("load-service", `http://${address}/`, "worker-2", { answer: 1, pause: 0.1 });
});

test("the master with the address loses its power: the API server is away for 10 s at most; back on, it is a member again", async (t) => {
    const [victim = ""] = await holders();
    const other = MASTERS.find((name) => name !== victim) ?? "";
    await Promise.all([api.answers(), service.answers()]);
    // A silence is seen between two answers.
    await sleep(1000);
    await lab.killHost(victim);
    await eventually(30, async () => assert.equal((await holders()).length, 1));
    await sleep(15_000);
    const [asked, served] = await Promise.all([api.answers(), service.answers()]);
    t.diagnostic(
        `${victim} without power: API away ${asked.longestGap} s, ${served.lost} of ${served.asked} requests to the Service lost`,
    );
    assert.ok(asked.longestGap <= AWAY, `it was away for ${asked.longestGap} s`);
    assert.ok(served.lost <= served.asked / 100, `${served.lost} of ${served.asked} were lost`);
    await kubectl("create configmap while-away --from-literal written=yes", "", other);
    await lab.powerOn(lab.knownHost(victim));
    await eventually(90, async () => assert.deepEqual(await members(other), MASTERS));
    await eventually(60, async () => assert.deepEqual((await readyNodes()).sort(), NODES));
});

test("a flag of the API server goes from master to master, and the API is there through the address", async (t) => {
    await api.answers();
    editConfig(({ kubernetes }) => {
        (kubernetes?.apiServer as { extraArgs: Record<string, string> }).extraArgs["event-ttl"] = "2h";
    });
    const began = Date.now();
    await up();
    const { asked, lost, longestGap } = await api.answers();
    t.diagnostic(
        `in ${(Date.now() - began) / 1000} s; ${lost} of ${asked} requests lost, away ${longestGap} s at most`,
    );
    assert.ok(longestGap <= AWAY, `it was away for ${longestGap} s`);
    for (const master of MASTERS) {
        const flags = await kubectl(
            `-n kube-system get pod kube-apiserver-${master} -o 'jsonpath={.spec.containers[0].command}'`,
        );
        assert.match(flags, /--event-ttl=2h/);
    }
    await nothingToChange();
});

test("the first master is lost with its disk: a new host under its name joins the others", async (t) => {
    const before = await kubectl("get configmaps -A -o name");
    await lab.removeHost("master");
    await labCommand("hosts", "--masters", "3");
    editConfig(({ kubernetes }) => {
        (kubernetes?.apiServer as { extraArgs: Record<string, string> }).extraArgs["event-ttl"] = "2h";
    });
    const began = Date.now();
    await up();
    t.diagnostic(`a new first master in ${(Date.now() - began) / 1000} s`);
    assert.deepEqual(await members(), MASTERS);
    await eventually(60, async () => assert.deepEqual((await readyNodes()).sort(), NODES));
    assert.equal(await kubectl("get configmaps -A -o name"), before);
    await nothingToChange();
});

test("back to one: the others leave etcd, and their hosts are given back; a destroy leaves nothing of the address", async () => {
    editConfig((config, nodes) => {
        config.nodes = nodes.filter(({ name }) => !["master-2", "master-3"].includes(name)) as never;
    });
    await up();
    assert.deepEqual(await members(), ["master"]);
    const own = (digest: string) => digest.split("\n").filter((line) => !line.endsWith(" /etc/containerd/config.toml"));
    const given = new Set(own(bare));
    assert.deepEqual(
        own(await hostDigest("master-3")).filter((line) => !given.has(line)),
        [],
    );
    await nothingToChange();
    const { code, stdout, stderr } = await lab.labWorkspace().destroy();
    assert.equal(code, 0, stdout + stderr);
    const left = (await hostDigest("master")).split("\n").filter((line) => /kube|flannel|etcd|cni/i.test(line));
    assert.deepEqual(left, []);
    assert.deepEqual(await holders(), []);
});
