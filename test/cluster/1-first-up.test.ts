import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as yaml from "yaml";
import { WeaveNet } from "../../components/network";
import * as lab from "../lab/api";
import { Workspace } from "../lab/engine";
import { eventually, kubectl, labCommand, logins, readyNodes, WEB } from "./support/cluster";
import { documentsOf } from "./support/documents";
import { filesWith, labSecrets, statusFor, watchProcesses } from "./support/secrets";

const HOSTS = ["master", "worker-1", "worker-2"];
const MOST_CONNECTIONS_ON_FIRST_UP = 6;

let output = "";
let processes = "";

before(async () => {
    await labCommand("down");
    const watched = watchProcesses();
    const printed = await labCommand("up");
    processes = watched();
    output += printed;
});
after(() => labCommand("down"));

test("one command makes three Ready nodes and running CoreDNS", async () => {
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    await eventually(60, () =>
        kubectl("-n kube-system rollout status deployment/coredns --timeout 1s").then(() => undefined),
    );
});

test("each node takes at most 6 SSH connections", async () => {
    for (const [host, count] of Object.entries(await logins(HOSTS))) {
        assert.ok(count <= MOST_CONNECTIONS_ON_FIRST_UP, `${host} was dialled ${count} times`);
    }
});

test("a Pod on worker-1 reaches, by name, a Service whose Pod is on worker-2", async () => {
    await kubectl("apply -f -", WEB);
    await kubectl("wait --for condition=Ready pod/web pod/client --timeout 120s");
    // Not wget's own -T: it makes this static busybox crash.
    const fetch = "timeout 5 wget -q -O - http://web.default.svc.cluster.local";
    await eventually(30, async () => assert.equal(await kubectl(`exec client -- ${fetch}`), "from-worker-2"));
});

test("the article's settings are in force, and the kubelets' lease follows the short grace period", async () => {
    const flags = await kubectl(
        "-n kube-system get pod kube-controller-manager-master -o 'jsonpath={.spec.containers[0].command}'",
    );
    assert.match(flags, /--horizontal-pod-autoscaler-sync-period=10s/);
    assert.match(flags, /--node-monitor-grace-period=10s/);
    const api = await kubectl(
        "-n kube-system get pod kube-apiserver-master -o 'jsonpath={.spec.containers[0].command}'",
    );
    assert.match(api, /--runtime-config=api\/all=true/);
    const lease = await kubectl("-n kube-node-lease get lease worker-1 -o 'jsonpath={.spec.leaseDurationSeconds}'");
    assert.equal(lease, "8");
});

test("bootstrap tokens are gone once the workers have joined", async () => {
    // kubeadm's own lives for a minute.
    await eventually(120, async () => {
        const tokens = await kubectl(
            "-n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o name",
        );
        assert.equal(tokens, "");
    });
});

test("a second up changes nothing and dials nobody", async () => {
    const counted = await logins(HOSTS);
    const { code, stdout } = await lab.labWorkspace().up(["--diff"]);
    output += stdout;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Resources:\n\s+\d+ unchanged\n/);
    assert.deepEqual(await logins(HOSTS), counted);
});

test("no output and no state shows a token, a private key or the kubeconfig's key", async () => {
    const workspace = lab.labWorkspace();
    output += (await workspace.ok(["preview", "--diff", "--config-file", lab.configFile()])).stdout;
    output += (await workspace.ok(["preview", "--json", "--config-file", lab.configFile()])).stdout;
    const state = JSON.stringify(await workspace.export());
    const { onControlPlane, onNoHost } = await labSecrets();
    const searched = [...onControlPlane, ...onNoHost];
    // Two tokens, the administrator's key, the login key's lines, and a key that seals.
    assert.ok(searched.length >= 2 + 1 + 3 + 1, `only ${searched.length} secrets are known to this test`);
    for (const secret of searched) {
        assert.ok(secret.length >= 16);
        assert.ok(!output.includes(secret), "a secret stands in the console's output");
        assert.ok(!state.includes(secret), "a secret stands in the state");
        assert.ok(!processes.includes(secret), "a secret stood in a process list");
    }
});

test("on the hosts secrets are in files of root's alone, and those that open or seal are on none", async () => {
    const { onControlPlane, onNoHost } = await labSecrets();
    for (const host of HOSTS) {
        assert.deepEqual(await filesWith(host, onNoHost), [], host);
        const found = await filesWith(host, onControlPlane);
        const open = found.filter((line) => !/^0 [0-7]?[0-7]00 /.test(line));
        assert.deepEqual(open, [], `${host}: others can read these`);
        const known = ["/etc/kubernetes/admin.conf", "/var/lib/kubeadm-cluster/api-server/encryption.yaml"];
        if (host !== "master") assert.deepEqual(found, [], host);
        else for (const file of known) assert.ok(found.includes(`0 600 ${file}`), `${file}: ${found.join("\n")}`);
    }
});

test("a bootstrap token opens nothing any more once its worker has joined", async () => {
    const { endpoint } = await lab.labWorkspace().outputs();
    const { tokens } = await labSecrets();
    assert.equal(tokens.length, 2);
    for (const token of tokens) assert.equal(await statusFor(endpoint as string, token), 401);
});

test("Secrets are encrypted in etcd, what is no secret is not, and only root reads the key", async () => {
    await kubectl("create secret generic marked --from-literal value=marked-secret-6502");
    await kubectl("create configmap marked --from-literal value=marked-setting-6502");
    assert.match(
        await kubectl("get secret marked -o go-template='{{.data.value | base64decode}}'"),
        /marked-secret-6502/,
    );
    const held = async (text: string) =>
        (await lab.insideHost("master", `grep -raqF ${text} /var/lib/etcd/member`)).code === 0;
    assert.equal(await held("marked-setting-6502"), true);
    assert.equal(await held("marked-secret-6502"), false);
    const { stdout } = await lab.insideHost(
        "master",
        "cd /var/lib/kubeadm-cluster/api-server && stat -c '%a %U' . encryption.yaml",
    );
    assert.deepEqual(stdout.trim().split("\n"), ["700 root", "600 root"]);
    await kubectl("delete secret/marked configmap/marked");
});

test("the API server accepts Weave Net's objects", async (t) => {
    const documents = await documentsOf(() => new WeaveNet("weave", { podSubnet: "10.244.0.0/16" }));
    for (const each of documents) {
        await kubectl("apply --server-side --dry-run=server --validate=strict -f -", JSON.stringify(each));
    }
    t.diagnostic(`${documents.length} objects`);
});

test("one worker more dials that worker, and twice the master", async () => {
    const counted = await logins(HOSTS);
    output += await labCommand("up", "--workers", "3");
    const after = await logins([...HOSTS, "worker-3"]);
    assert.equal(after["worker-1"], counted["worker-1"]);
    assert.equal(after["worker-2"], counted["worker-2"]);
    assert.equal(after.master, (counted.master ?? 0) + 2, "the master is dialled for the admission and the network");
    assert.equal(after["worker-3"], 3);
    assert.deepEqual((await readyNodes()).sort(), [...HOSTS, "worker-3"]);
});

test("one worker less: its Node goes, the others are not dialled", async () => {
    const counted = await logins(HOSTS);
    await labCommand("up", "--workers", "2");
    const after = await logins(HOSTS);
    assert.equal(after["worker-1"], counted["worker-1"]);
    assert.equal(after["worker-2"], counted["worker-2"]);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
});

test("labels and taints follow the configuration, and what others have set stays", async () => {
    const original = readFileSync(lab.configFile(), "utf8");
    const settings = async (node: string) =>
        JSON.parse(await kubectl(`get node ${node} -o json`)) as {
            metadata: { labels: Record<string, string> };
            spec: { taints?: { key: string }[] };
        };
    const apply = async (change: (nodes: Record<string, unknown>[]) => void) => {
        const file = yaml.parse(original) as { config: Record<string, Record<string, unknown>[]> };
        change(file.config["kubeadm-cluster:nodes"] ?? []);
        writeFileSync(lab.configFile(), yaml.stringify(file));
        const { code, stdout } = await lab.labWorkspace().up();
        assert.equal(code, 0, stdout);
    };
    await kubectl("taint node worker-2 somebody=else:PreferNoSchedule");
    await apply(([master, , worker]) => {
        Object.assign(master ?? {}, { schedulable: true });
        Object.assign(worker ?? {}, {
            labels: { disk: "ssd" },
            taints: [{ key: "foo", value: "bar", effect: "NoSchedule" }],
        });
    });
    let worker = await settings("worker-2");
    assert.equal(worker.metadata.labels.disk, "ssd");
    assert.deepEqual(worker.spec.taints?.map(({ key }) => key).sort(), ["foo", "somebody"]);
    assert.deepEqual((await settings("master")).spec.taints, undefined);

    await apply(() => undefined);
    worker = await settings("worker-2");
    assert.equal(worker.metadata.labels.disk, undefined);
    assert.deepEqual(
        worker.spec.taints?.map(({ key }) => key),
        ["somebody"],
    );
    assert.deepEqual(
        (await settings("master")).spec.taints?.map(({ key }) => key),
        ["node-role.kubernetes.io/control-plane"],
    );
});

test("with all hosts down, preview exits 0: no changes here, and the whole plan for a stack that is not there yet", async () => {
    await Promise.all(HOSTS.map((host) => lab.killHost(host)));
    const { code, stdout, stderr } = await lab.labWorkspace().preview();
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Resources:\n\s+\d+ unchanged\n/);
    assert.ok(!existsSync(join(lab.projectDir, "Pulumi.lab.yaml")), "a stack's config was left in the checkout");

    const planned = new Workspace({ ...lab.labWorkspace().settings, stack: "planned" });
    await planned.init();
    const plan = await planned.preview();
    assert.equal(plan.code, 0, plan.stdout + plan.stderr);
    assert.match(plan.stdout, /cluster-worker-2-worker-join/);
    assert.match(plan.stdout, /network-daemon-set/);
});
