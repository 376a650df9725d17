import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { Workspace } from "../lab/engine";
import { editConfig, eventually, kubectl, labCommand, readyNodes } from "./support/cluster";
import { nothingToChange } from "./support/stack";

const HOSTS = ["master", "worker-1"];
/** The state of somebody who lost the first one, or took a copy of the configuration to another machine. */
const second = () => new Workspace({ ...lab.labWorkspace().settings, backend: lab.stateDir("backend-2") });

/** Every file that a step could change, by its digest. What the cluster itself writes all the time is elsewhere. */
async function digests(): Promise<string[]> {
    const files = "/etc /opt /usr/local /root /var/lib/kubeadm-cluster /var/log/kubeadm-cluster /run/kubeadm-cluster*";
    const script = `find ${files} -xdev -type f -exec sha256sum {} + 2>/dev/null | sort -k 2; true`;
    return Promise.all(HOSTS.map(async (host) => (await lab.insideHost(host, script)).stdout));
}

/** Ends the API server, and waits for the one that the kubelet starts: it reads its files anew. */
async function restartApiServer(): Promise<void> {
    const pid = async () => (await lab.insideHost("master", "pgrep -x kube-apiserver")).stdout.trim();
    const old = await pid();
    await lab.insideHost("master", `kill -KILL ${old}`);
    await eventually(120, async () => {
        assert.notEqual(await pid(), old);
        assert.equal(await kubectl("get --raw /readyz"), "ok");
    });
}

const secretText = () => kubectl("get secret kept -o 'jsonpath={.data.text}'");

before(async () => {
    await labCommand("down");
    await labCommand("up", "--workers", "1");
    await kubectl("create secret generic kept --from-literal text=still-here");
});
after(() => labCommand("down"));

test("another state's up on a living cluster is refused, and changes nothing on any host", async () => {
    const was = await digests();
    await second().init();
    const { code, stdout, stderr } = await second().up();
    assert.notEqual(code, 0, stdout);
    assert.match(stdout + stderr, /this host belongs to the stack with the identity [0-9a-f-]{36}/);
    assert.match(stdout + stderr, /pulumi config set identity/);
    assert.deepEqual(await digests(), was);
    await restartApiServer();
    assert.equal(await secretText(), Buffer.from("still-here").toString("base64"));
    await nothingToChange();
});

test("with the cluster's identity given by hand, the other state takes it over, and Secrets stay readable", async () => {
    const { stdout } = await lab.insideHost("master", "cat /var/lib/kubeadm-cluster/stack");
    editConfig((config) => {
        config.identity = stdout.trim() as never;
    });
    const { code, stdout: said, stderr } = await second().up();
    assert.equal(code, 0, said + stderr);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    assert.equal(await secretText(), Buffer.from("still-here").toString("base64"));
    await restartApiServer();
    assert.equal(await secretText(), Buffer.from("still-here").toString("base64"));
});

test("the encryption key is another one after kubernetes.encryptionKey, and Secrets stay readable", async () => {
    const inEtcd = async () => {
        const { stdout } = await lab.insideHost(
            "master",
            "find /var/lib/kubeadm-cluster/api-server -type f -exec sha256sum {} +",
        );
        return stdout;
    };
    const { code, stdout: said, stderr } = await second().up();
    assert.equal(code, 0, said + stderr);
    const was = await inEtcd();
    editConfig((config) => {
        Object.assign(config.kubernetes as object, { encryptionKey: 2 });
    });
    const rotated = await second().up();
    assert.equal(rotated.code, 0, rotated.stdout + rotated.stderr);
    assert.notEqual(await inEtcd(), was);
    await restartApiServer();
    assert.equal(await secretText(), Buffer.from("still-here").toString("base64"));
    const { code: destroyed, stdout, stderr: reason } = await second().destroy();
    assert.equal(destroyed, 0, stdout + reason);
});
