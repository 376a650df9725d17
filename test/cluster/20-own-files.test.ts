import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as lab from "../lab/api";
import { editConfig, eventually, kubectl, labCommand, readyNodes } from "./support/cluster";
import { nothingToChange, up } from "./support/stack";

// Hosts on which etcd has a disk, and people have put files beside kubeadm's; patches of kubeadm in every later step.
const HOSTS = ["master", "worker-1", "worker-2"];
const OWNERS = [
    "/etc/kubernetes/audit-policy.yaml",
    "/etc/kubernetes/patches/etcd.yaml",
    "/etc/kubernetes/pki/oidc-ca.crt",
];
const on = async (host: string, script: string) => (await lab.insideHost(host, script)).stdout.trim();
const ownFiles = OWNERS.map((file) => `mkdir -p ${file.replace(/\/[^/]*$/, "")}; echo own >${file}`).join("; ");

const kubeadm = (change: (settings: Record<string, unknown>) => void) =>
    editConfig(({ kubernetes }) => {
        const settings = (kubernetes?.kubeadm ?? {}) as Record<string, unknown>;
        change(settings);
        if (kubernetes) kubernetes.kubeadm = settings;
    });
const maxPods = (host: string) => on(host, "grep -x 'maxPods: .*' /var/lib/kubelet/config.yaml || echo default");

before(async () => {
    await labCommand("down");
    await labCommand("hosts");
    for (const host of HOSTS) await on(host, ownFiles);
    await on(
        "master",
        "mkdir -p /data/e /var/lib/etcd; mount --bind /data/e /var/lib/etcd; mkdir /var/lib/etcd/lost+found",
    );
});
after(() => labCommand("down"));

test("case 33: etcd's directory is a mount point with lost+found, and the first up succeeds", async () => {
    kubeadm((settings) => {
        settings.patches = {
            "kubeletconfiguration+merge.yaml": "maxPods: 42",
            "kube-scheduler0.yaml":
                "spec:\n  containers:\n  - name: kube-scheduler\n    resources: {requests: {cpu: 70m}}",
            "corednsdeployment.yaml": "metadata:\n  labels: {patched: once}",
        };
    });
    await up();
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
    assert.equal(await on("master", "ls /data/e | sort | tr '\\n' ' '"), "lost+found member");
    for (const host of HOSTS) assert.equal(await maxPods(host), "maxPods: 42", host);
    assert.match(await on("master", "grep cpu: /etc/kubernetes/manifests/kube-scheduler.yaml"), /70m/);
    await nothingToChange();
});

test("case 37: another setting of the kubelet leaves the patch in force, on every node", async () => {
    editConfig(({ kubernetes }) => {
        if (kubernetes) kubernetes.kubelet = { ...(kubernetes.kubelet as object), imageMaximumGCAge: "10m" };
    });
    await up();
    for (const host of HOSTS) {
        assert.equal(await maxPods(host), "maxPods: 42", host);
        assert.match(await on(host, "grep imageMaximumGCAge /var/lib/kubelet/config.yaml"), /10m0s/);
    }
});

test("a patch that the scheduler refuses is named, and the manifest is what it was", async () => {
    const before = await on("master", "sha256sum </etc/kubernetes/manifests/kube-scheduler.yaml");
    let former: unknown;
    kubeadm((settings) => {
        former = settings.patches;
        settings.patches = {
            ...(former as object),
            "kube-scheduler1+json.yaml": '[{op: add, path: /spec/containers/0/command/-, value: "--no-such-flag"}]',
        };
    });
    const { code, stdout, stderr } = await lab.labWorkspace().up();
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /kube-scheduler did not come up .*patched by .*kube-scheduler1\+json\.yaml/);
    assert.equal(await on("master", "sha256sum </etc/kubernetes/manifests/kube-scheduler.yaml"), before);
    kubeadm((settings) => (settings.patches = former));
    await up();
});

test("another patch of CoreDNS is taken by the living cluster, and one that goes leaves no trace", async () => {
    const label = () => kubectl("-n kube-system get deployment coredns -o 'jsonpath={.metadata.labels.patched}'");
    assert.equal(await label(), "once");
    kubeadm((settings) => {
        settings.patches = { "corednsdeployment.yaml": "metadata:\n  labels: {patched: twice}" };
    });
    await up();
    assert.equal(await label(), "twice");
    await eventually(60, async () => assert.equal(await maxPods("worker-1"), "default"));
    assert.doesNotMatch(await on("master", "grep cpu: /etc/kubernetes/manifests/kube-scheduler.yaml"), /70m/);
    await nothingToChange();
});

test("cases 33 and 34: a destroy leaves the mount point, lost+found and the owner's files, and up makes a cluster again", async () => {
    for (const again of [true, false]) {
        const { code, stdout, stderr } = await lab.labWorkspace().destroy();
        assert.equal(code, 0, stdout + stderr);
        assert.equal(await on("master", "mountpoint -q /var/lib/etcd && ls -A /data/e"), "lost+found");
        for (const host of HOSTS) {
            for (const file of OWNERS) assert.equal(await on(host, `cat ${file}`), "own", `${host}: ${file}`);
            assert.equal(await on(host, "find /etc/kubernetes -type f | sort | tr '\\n' ' '"), OWNERS.join(" "), host);
        }
        if (again) await up();
    }
});

test("case 35: etcd elsewhere: first up, snapshot, restore, destroy", async () => {
    await on("master", "umount /var/lib/etcd; mkdir -p /data/etcd/lost+found");
    kubeadm((settings) => {
        delete settings.patches;
        settings.clusterConfiguration = { etcd: { local: { dataDir: "/data/etcd" } } };
    });
    await up();
    await kubectl("create configmap kept");
    const saved = await on("master", "/opt/kubeadm-cluster/etcd-snapshot.sh </dev/null | sed 's/^kubeadm-cluster> //'");
    await kubectl("delete configmap kept");
    await on("master", `/opt/kubeadm-cluster/etcd-restore.sh ${saved} </dev/null`);
    await eventually(120, async () => assert.match(await kubectl("get configmap kept -o name"), /configmap\/kept/));
    assert.equal(await on("master", "ls -A /var/lib/etcd 2>/dev/null | wc -l"), "0");
    const { code, stdout, stderr } = await lab.labWorkspace().destroy();
    assert.equal(code, 0, stdout + stderr);
    assert.equal(await on("master", "ls -A /data/etcd"), "lost+found");
});
