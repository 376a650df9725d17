import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { hostDigest, labCommand, readyNodes } from "./support/cluster";
import { killedUp } from "./support/interrupt";

const HOSTS = ["master", "worker-1", "worker-2"];
let bare: Record<string, string> = {};

async function digests(): Promise<Record<string, string>> {
    const all = await Promise.all(HOSTS.map(hostDigest));
    return Object.fromEntries(HOSTS.map((host, index) => [host, all[index] ?? ""]));
}

async function converges(): Promise<void> {
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    const again = await lab.labWorkspace().up();
    assert.match(again.stdout, /Resources:\n\s+\d+ unchanged\n/);
}

before(async () => {
    await labCommand("down");
    await labCommand("hosts");
    await lab.labWorkspace().init();
});
after(() => labCommand("down"));

test("killed while packages are installed, destroy gives the hosts back", async () => {
    await killedUp(/installing Kubernetes/, 500);
    await lab.labWorkspace().ok(["destroy", "--yes", "--skip-preview", "--config-file", lab.configFile()]);
});

test("killed during kubeadm init, the next up converges", async () => {
    await killedUp(/kubeadm init/, 6000);
    await converges();
});

test("destroy leaves nothing of the cluster on the hosts", async () => {
    await lab.labWorkspace().ok(["destroy", "--yes", "--skip-preview", "--config-file", lab.configFile()]);
    bare = await digests();
    for (const [host, digest] of Object.entries(bare)) {
        const left = digest.split("\n").filter((line) => /kube|flannel|weave|etcd|cni|10\.244/i.test(line));
        assert.deepEqual(left, [], `left on ${host}`);
    }
});

test("killed during kubeadm join, the next up converges; a destroy restores what was there before", async () => {
    await killedUp(/worker-\d-worker-join[^\n]*kubeadm join/, 300);
    await converges();
    await lab.labWorkspace().ok(["destroy", "--yes", "--skip-preview", "--config-file", lab.configFile()]);
    const now = await digests();
    for (const host of HOSTS) {
        const before = new Set(bare[host]?.split("\n"));
        const changed = (now[host] ?? "").split("\n").filter((line) => !before.delete(line));
        assert.deepEqual([changed, [...before]], [[], []], `${host} is not as it was`);
    }
});
