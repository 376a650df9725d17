import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { editConfig, eventually, hostDigest, kubectl, labCommand, readyNodes } from "./support/cluster";
import { AWAY, holders, type Loads, losePower, MASTERS, members, NODES, startLoads } from "./support/masters";
import { destroyLeavesNothing, nothingToChange, up } from "./support/stack";

// A control plane of three: from one, on a cluster that is used; a master without power; changes; a master that is replaced.

let loads: Loads;
let bare = "";

const objects = async () => (await kubectl("get configmaps -l used=yes -o name")).split("\n").length;

before(async () => {
    await labCommand("down");
    await labCommand("up");
    for (let n = 0; n < 5; n++) await kubectl(`create configmap used-${n} --from-literal n=${n}`);
    await kubectl("label configmaps --all used=yes");
});
after(() => labCommand("down"));

test("from one master to three on a used cluster: all objects are there, etcd has three members, one has the address", async (t) => {
    const uid = await kubectl("get namespace kube-system -o 'jsonpath={.metadata.uid}'");
    const before = await objects();
    await labCommand("hosts", "--masters", "3");
    bare = await hostDigest("master-3");
    t.diagnostic(`from one to three in ${await up()} s`);
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
    loads = await startLoads("worker-2");
});

test("the master with the address loses its power: the API server is away for 10 s at most; back on, it is a member again", async (t) => {
    const [victim = ""] = await holders();
    const other = MASTERS.find((name) => name !== victim) ?? "";
    const { api, service } = await losePower([victim], loads);
    t.diagnostic(`API away ${api.longestGap.toFixed(1)} s, Service lost ${service.lost} of ${service.asked}`);
    assert.equal((await holders()).length, 1);
    await kubectl("create configmap while-away --from-literal written=yes", "", other);
    await lab.powerOn(lab.knownHost(victim));
    await eventually(90, async () => assert.deepEqual(await members(other), MASTERS));
    await eventually(60, async () => assert.deepEqual((await readyNodes()).sort(), NODES));
});

test("a flag of the API server goes from master to master, and the API is there through the address", async (t) => {
    await loads.api.forget();
    editConfig(({ kubernetes }) => {
        (kubernetes?.apiServer as { extraArgs: Record<string, string> }).extraArgs["event-ttl"] = "2h";
    });
    const seconds = await up();
    const { asked, lost, longestGap } = await loads.api.answers();
    t.diagnostic(`in ${seconds} s; ${lost} of ${asked} requests lost, away ${longestGap} s at most`);
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
    t.diagnostic(`a new first master in ${await up()} s`);
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
    await destroyLeavesNothing(["master"]);
    assert.deepEqual(await holders(), []);
});
