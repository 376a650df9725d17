import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as lab from "../lab/api";
import { command, editConfig, eventually, kubectl, labCommand, readyNodes } from "./support/cluster";
import { AWAY, holders, type Loads, losePower, MASTERS, members, NODES, startLoads } from "./support/masters";
import { destroyLeavesNothing, nothingToChange, up } from "./support/stack";

// A control plane of three from its first up on, whose nodes lose their power again and again, their disks, and the quorum.
/** How often a master loses its power: each of the three, or more often. */
const FAILOVERS = Number(process.env.FAILOVERS ?? MASTERS.length);
const scratch = mkdtempSync(join(tmpdir(), "masters-lost-"));

let loads: Loads;

const allReady = (by: string) =>
    eventually(90, async () => {
        assert.deepEqual(await members(by), MASTERS);
        assert.deepEqual((await readyNodes(by)).sort(), NODES);
    });

/** The lab's hosts, the missing ones made, and the configuration of this file's cluster, where no node is gone. */
async function hosts(): Promise<void> {
    await labCommand("hosts", "--masters", "3", "--workers", "2");
    editConfig(({ kubernetes }) => Object.assign(kubernetes as object, { servingCertificates: true }));
}

before(async () => {
    await labCommand("down");
    await hosts();
    await lab.labWorkspace().init();
});
after(async () => {
    rmSync(scratch, { recursive: true });
    await labCommand("down");
});

test("a master that loses its power in the midst of its join is a member after the next up", async (t) => {
    const first = lab.labWorkspace().up();
    // etcd has been told of the member, which has not started yet.
    await eventually(300, async () => {
        const { stdout } = await lab.insideHost("master-2", "ls /etc/kubernetes/manifests");
        assert.match(stdout, /etcd/);
    });
    await lab.killHost("master-2");
    const { code, stdout } = await first;
    assert.notEqual(code, 0);
    assert.match(stdout, /master-2/);
    await lab.powerOn(lab.knownHost("master-2"));
    t.diagnostic(`the next up took ${await up()} s`);
    await allReady("master");
    await nothingToChange();
});

test("the kubelets of all masters and workers serve with certificates of the cluster", async () => {
    for (const node of NODES) assert.equal(await kubectl(`get --raw /api/v1/nodes/${node}/proxy/healthz`), "ok");
    loads = await startLoads("worker-2");
});

for (let time = 1; time <= FAILOVERS; time++) {
    test(`loss ${time} of the master with the address: the API server is away for 10 s at most`, async (t) => {
        const [victim = ""] = await holders();
        const other = MASTERS.find((name) => name !== victim) ?? "";
        const { api, service } = await losePower([victim], loads);
        await lab.powerOn(lab.knownHost(victim));
        const began = Date.now();
        await allReady(other);
        t.diagnostic(
            `${victim}: API away ${api.longestGap.toFixed(1)} s, Service lost ${service.lost} of ${service.asked}, ` +
                `all Ready ${((Date.now() - began) / 1000).toFixed(0)} s after power was back`,
        );
        assert.equal((await holders()).length, 1);
    });
}

test("certificates of three masters are renewed one after the other, and the API is there through the address", async (t) => {
    await loads.api.forget();
    const ends = async () =>
        Promise.all(
            MASTERS.map(async (name) => {
                const file = "/etc/kubernetes/pki/apiserver.crt";
                const { stdout } = await lab.insideHost(name, `openssl x509 -noout -serial -in ${file}`);
                return stdout.trim();
            }),
        );
    const before = await ends();
    // kubectl tells certificates apart by the second.
    await sleep(1000);
    const issuedAfter = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    editConfig(({ kubernetes }) => Object.assign(kubernetes as object, { certificates: { issuedAfter } }));
    const seconds = await up();
    const { asked, lost, longestGap } = await loads.api.answers();
    t.diagnostic(`in ${seconds} s; ${lost} of ${asked} requests lost, away ${longestGap} s at most`);
    assert.ok(longestGap <= AWAY, `it was away for ${longestGap} s`);
    (await ends()).forEach((serial, index) => assert.notEqual(serial, before[index], MASTERS[index]));
    await allReady("master-3");
    await nothingToChange();
});

test("a later master is lost with its disk: marked gone it leaves, and another host takes its place", async (t) => {
    await kubectl("create configmap before-loss --from-literal written=yes");
    await lab.removeHost("master-3");
    editConfig((_, nodes) => Object.assign(nodes.find(({ name }) => name === "master-3") ?? {}, { gone: true }));
    const leaving = await up();
    assert.deepEqual(await members(), ["master", "master-2"]);
    await hosts();
    t.diagnostic(`left in ${leaving} s, another host in its place in ${await up()} s`);
    await allReady("master-3");
    await nothingToChange();
});

test("two of three are lost, the first among them: steps say that there is no quorum, and the way in docs/high-availability.md restores", async (t) => {
    const file = join(scratch, "etcd.db");
    await lab.removeHost("master");
    await lab.removeHost("master-2");
    await sleep(5000);
    editConfig((_, nodes) => Object.assign(nodes.find(({ name }) => name === "master-2") ?? {}, { gone: true }));
    // What a survivor's disk holds can be saved without a quorum.
    const saved = await command("etcd", "snapshot", file, "--host", "master-3");
    assert.equal(saved.code, 0, saved.stdout + saved.stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await hosts();
    editConfig((_, nodes) => Object.assign(nodes.find(({ name }) => name === "master-2") ?? {}, { gone: true }));
    const refused = await lab.labWorkspace().up();
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /no quorum/);

    const began = Date.now();
    const restored = await command("etcd", "restore", file, "--host", "master-3");
    assert.equal(restored.code, 0, restored.stdout + restored.stderr);
    assert.deepEqual(await members("master-3"), ["master-3"]);
    await up();
    editConfig((_, nodes) => delete nodes.find(({ name }) => name === "master-2")?.gone);
    await up();
    t.diagnostic(`from the snapshot to three members in ${(Date.now() - began) / 1000} s`);
    await allReady("master");
    assert.match(await kubectl("get configmap before-loss -o 'jsonpath={.data.written}'"), /yes/);
    await nothingToChange();
});

test("a destroy leaves nothing", async () => {
    await destroyLeavesNothing(MASTERS);
    assert.deepEqual(await holders(), []);
});
