import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as yaml from "yaml";
import * as lab from "../lab/api";
import { command, eventually, hostDigest, kubectl, labCommand, logins, readyNodes } from "./support/cluster";
import { destroyLeavesNothing } from "./support/stack";

interface NodeEntry {
    name: string;
    address: string;
    hostKey: string;
    [field: string]: unknown;
}
interface ConfigFile {
    config: Record<string, unknown>;
}

const NODES = "kubeadm-cluster:nodes";
const KUBERNETES = "kubeadm-cluster:kubernetes";
const scratch = mkdtempSync(join(tmpdir(), "day2-nodes-"));
/** Entries of all hosts of the lab; the configuration begins with some of them. */
let entries: Record<string, NodeEntry> = {};

function edit(change: (config: ConfigFile["config"]) => void): void {
    const file = yaml.parse(readFileSync(lab.configFile(), "utf8")) as ConfigFile;
    change(file.config);
    writeFileSync(lab.configFile(), yaml.stringify(file, { lineWidth: 0 }));
}
const setNodes = (...nodes: (NodeEntry | undefined)[]) => edit((config) => void (config[NODES] = nodes));

async function up(args: string[] = []): Promise<{ seconds: number; output: string }> {
    const began = Date.now();
    const { code, stdout, stderr } = await lab.labWorkspace().up(args);
    assert.equal(code, 0, stdout + stderr);
    return { seconds: (Date.now() - began) / 1000, output: stdout };
}

/** All that a step could change on a host, by place, size, inode and time; when each service and container was started. */
async function mutations(name: string): Promise<string> {
    const { stdout } = await lab.insideHost(
        name,
        `find /etc /opt /usr/local /var/lib/kubeadm-cluster /var/log/kubeadm-cluster /var/lib/kubelet/config.yaml ! -type d \
            ! -path '*/kubectl-cache/*' ! -path '/etc/ssh/*' -printf '%p %s %i %T@\\n' | sort
        systemctl show -p ActiveEnterTimestampMonotonic kubelet containerd
        ctr -n k8s.io tasks list -q | sort`,
    );
    assert.ok(stdout.includes("/opt/kubeadm-cluster/prepare.sh "));
    return stdout;
}

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: web, image: docker.io/lab/busybox:1, command: [sh, -c, "exec sleep 3600"]}]
`;

before(async () => {
    await labCommand("down");
    await labCommand("hosts", "--workers", "4");
    await lab.labWorkspace().init();
    const { config } = yaml.parse(readFileSync(lab.configFile(), "utf8")) as ConfigFile;
    entries = Object.fromEntries((config[NODES] as NodeEntry[]).map((node) => [node.name, node]));
    setNodes(entries.master, entries["worker-1"]);
    await up();
});
after(async () => {
    rmSync(scratch, { recursive: true, force: true });
    await labCommand("down");
});

let bare = "";
test("two workers at once: the one that was there is not dialled, the master once for each", async () => {
    bare = await hostDigest("worker-3");
    const counted = await logins(["master", "worker-1"]);
    setNodes(entries.master, entries["worker-1"], entries["worker-2"], entries["worker-3"]);
    await up();
    assert.deepEqual(await logins(["master", "worker-1", "worker-2", "worker-3"]), {
        master: (counted.master ?? 0) + 2,
        "worker-1": counted["worker-1"],
        "worker-2": 3,
        "worker-3": 3,
    });
    assert.deepEqual((await readyNodes()).sort(), ["master", "worker-1", "worker-2", "worker-3"]);
    await kubectl("apply -f -", WEB);
    await kubectl("rollout status deployment/web --timeout 60s");
});

test("another host takes over a worker's name: others are not dialled, the host before is as it was", async () => {
    const others = ["worker-1", "worker-2"];
    const counted = await logins(others);
    const { address, hostKey } = entries["worker-4"] as NodeEntry;
    const moved = { ...(entries["worker-3"] as NodeEntry), address, hostKey, labels: { disk: "ssd" } };
    entries["worker-3"] = moved;
    setNodes(entries.master, entries["worker-1"], entries["worker-2"], moved);
    await up();
    assert.deepEqual(await logins(others), counted);
    const describe = "-o 'jsonpath={.status.addresses[0].address} {.metadata.labels.disk}'";
    assert.equal(await kubectl(`get node worker-3 ${describe}`), `${address} ssd`);
    assert.deepEqual((await readyNodes()).sort(), ["master", "worker-1", "worker-2", "worker-3"]);
    // Installed packages stay, and containerd's brings this file.
    const own = (digest: string) => digest.split("\n").filter((line) => !line.endsWith(" /etc/containerd/config.toml"));
    const before = new Set(own(bare));
    const changed = own(await hostDigest("worker-3")).filter((line) => !before.delete(line));
    assert.deepEqual([changed, [...before]], [[], []]);
});

test("another SSH key and another port change nothing on any host", async () => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(scratch, "key")]);
    const key = readFileSync(join(scratch, "key.pub"), "utf8").trim();
    const hosts = ["master", "worker-1", "worker-2", "worker-4"];
    for (const host of hosts)
        await lab.insideHost(
            host,
            `for file in "$HOME/.ssh/authorized_keys" /home/*/.ssh/authorized_keys; do [ ! -e "$file" ] || echo '${key}' >"$file"; done`,
        );
    await lab.insideHost("worker-1", "echo 'Port 2222' >/etc/ssh/sshd_config.d/port.conf && systemctl restart ssh");
    const moved = entries["worker-1"] as NodeEntry;
    entries["worker-1"] = { ...moved, ssh: { ...(moved.ssh as object | undefined), port: 2222 } };
    setNodes(entries.master, entries["worker-1"], entries["worker-2"], entries["worker-3"]);
    const secret = ["config", "set", "--secret", "kubeadm-cluster:sshPrivateKey"];
    await lab.labWorkspace().ok(secret, { stdin: readFileSync(join(scratch, "key"), "utf8") });

    const lines = async () => (await Promise.all(hosts.map(mutations))).map((text) => text.split("\n"));
    const earlier = await lines();
    await up();
    const now = await lines();
    // Of thousands of lines, those that are different.
    const only = (these: string[], those: string[] = []) => these.filter((line) => !those.includes(line));
    for (const [index, host] of hosts.entries()) {
        const [before = [], after = []] = [earlier[index], now[index]];
        assert.deepEqual({ host, gone: only(before, after), new: only(after, before) }, { host, gone: [], new: [] });
    }
});

test("a worker that lost its power and is marked gone has left within 60 s, and its Pods run elsewhere", async (t) => {
    await lab.killHost("worker-2");
    entries["worker-2"] = { ...(entries["worker-2"] as NodeEntry), gone: true };
    setNodes(entries.master, entries["worker-1"], entries["worker-2"], entries["worker-3"]);
    const { seconds } = await up();
    t.diagnostic(`${seconds} s`);
    assert.ok(seconds < 60, `${seconds} s`);
    assert.deepEqual((await readyNodes()).sort(), ["master", "worker-1", "worker-3"]);
    await kubectl("rollout status deployment/web --timeout 30s");
    const placed = await kubectl("get pods -l app=web -o 'jsonpath={.items[*].spec.nodeName}'");
    assert.ok(!placed.includes("worker-2"), placed);
    setNodes(entries.master, entries["worker-1"], entries["worker-3"]);
    await up();
});

test("certificates that are asked to be new are, nothing is replaced, and the kubeconfig from before still works", async () => {
    const workspace = lab.labWorkspace();
    const earlier = await workspace.outputs();
    // kubectl tells certificates apart by the second.
    await sleep(1000);
    const issuedAfter = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    edit((config) => void Object.assign(config[KUBERNETES] as object, { certificates: { issuedAfter } }));
    const preview = await workspace.preview();
    assert.match(preview.stdout, /certificates-renewal update/);
    assert.doesNotMatch(preview.stdout, /replace/);
    await up();
    const now = await workspace.outputs();
    const end = (outputs: Record<string, unknown>, name: string) =>
        Date.parse((outputs.certificates as Record<string, string>)[name] ?? "");
    assert.ok(end(now, "apiserver") > end(earlier, "apiserver"));
    assert.equal(end(now, "ca"), end(earlier, "ca"));
    assert.notEqual(now.kubeconfig, earlier.kubeconfig);
    for (const { kubeconfig } of [earlier, now]) {
        await lab.insideHost("master", `umask 077; cat >/run/kubeconfig <<'END'\n${kubeconfig as string}\nEND\n`);
        assert.match(await kubectl("get nodes --kubeconfig /run/kubeconfig -o name"), /node\/worker-1/);
    }
    await up(["--expect-no-changes"]);
});

test("a namespace that was deleted is back after a restore, right after a renewal too", async (t) => {
    const file = join(scratch, "etcd.db");
    await kubectl("create namespace treasure");
    await kubectl("-n treasure create configmap gold --from-literal bars=3");
    const saved = await command("etcd", "snapshot", file);
    assert.equal(saved.code, 0, saved.stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await kubectl("delete namespace treasure");
    const began = Date.now();
    const restored = await command("etcd", "restore", file);
    assert.equal(restored.code, 0, restored.stderr);
    t.diagnostic(`restored in ${(Date.now() - began) / 1000} s`);
    assert.equal(await kubectl("-n treasure get configmap gold -o 'jsonpath={.data.bars}'"), "3");
    await eventually(60, async () => assert.equal((await readyNodes()).length, 3));
});

test("verify finds nothing on hosts that are as the stack says, and names what somebody has changed", async () => {
    const clean = await command("verify");
    assert.equal(clean.code, 0, clean.stdout + clean.stderr);
    await lab.insideHost(
        "master",
        "sed -i 's/sync-period=10s/sync-period=11s/' /etc/kubernetes/manifests/kube-controller-manager.yaml",
    );
    await lab.insideHost("worker-1", "echo '# by hand' >>/etc/containerd/config.toml; systemctl -q disable kubelet");
    await kubectl("label node worker-3 disk-");
    const { code, stdout } = await command("verify");
    assert.equal(code, 1);
    assert.match(stdout, /^master: manifest of kube-controller-manager: found .*sync-period=11s/m);
    assert.match(stdout, /^worker-1: file \/etc\/containerd\/config\.toml: found changed/m);
    assert.match(stdout, /^worker-1: unit kubelet at boot: found disabled; the stack says enabled/m);
    assert.match(stdout, /^worker-3: label disk: found missing; the stack says ssd/m);
});

test("a worker without power makes a destroy fail and is named; left behind in the state, the rest goes", async () => {
    const workspace = lab.labWorkspace();
    await lab.killHost("worker-1");
    const ready = `-o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'`;
    await eventually(90, async () => assert.equal(await kubectl(`get node worker-1 ${ready}`), "Unknown"));
    const failed = await workspace.destroy();
    assert.notEqual(failed.code, 0);
    assert.match(failed.stdout + failed.stderr, /cluster-worker-1-reset[^]*10\.\d+\.\d+\.\d+:2222/);
    const urns = ((await workspace.export()).deployment.resources ?? []).map(({ urn }) => urn);
    const urn = urns.find((one) => one.endsWith("::cluster-worker-1-reset")) ?? "";
    await workspace.ok(["state", "delete", urn, "--target-dependents", "--yes"]);
    await destroyLeavesNothing(["master"]);
});
