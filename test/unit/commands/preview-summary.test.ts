import assert from "node:assert/strict";
import { test } from "node:test";
import { readEvents } from "../../../commands/preview/events";
import { stageOf } from "../../../commands/stages";
import { summarise } from "../../../commands/preview/summary";
import { withoutSecrets } from "../../../commands/preview/without-secrets";

const urn = (types: string, name: string) => `urn:pulumi:dev::kubeadm-cluster::${types}::${name}`;
const JOIN = "kubeadm-cluster:node:WorkerNode$command:remote:Command";
const RESET = "kubeadm-cluster:index:KubeadmCluster$command:remote:Command";
const OBJECT = "kubeadm-cluster:network:Flannel$kubernetes:apps/v1:DaemonSet";

/** A line of the engine's event log. */
function step(op: string, types: string, name: string, old: object | null, next: object | null): string {
    const state = (inputs: object | null) => inputs && { inputs };
    const type = types.split("$").pop();
    return JSON.stringify({
        resourcePreEvent: { metadata: { op, urn: urn(types, name), type, old: state(old), new: state(next) } },
    });
}

const summary = (events: string[], failed = false, throwAway = false) =>
    summarise("dev", readEvents(`${events.join("\n")}\n`), { failed, throwAway });

test("resources are counted by stage and by what happens to them", () => {
    const text = summary([
        step("same", RESET, "cluster-master-reset", {}, {}),
        step("update", OBJECT, "network-daemon-set", {}, {}),
        step("create", JOIN, "cluster-worker-3-worker-join", null, {
            create: "timeout -k 10 600 /opt/kubeadm-cluster/join.sh",
        }),
        step(
            "delete",
            RESET,
            "cluster-worker-2-reset",
            { delete: "timeout -k 10 600 /opt/kubeadm-cluster/reset.sh" },
            null,
        ),
        // A replacement is three events.
        step("create-replacement", OBJECT, "network-config", {}, {}),
        step("replace", OBJECT, "network-config", {}, {}),
        step("delete-replaced", OBJECT, "network-config", {}, null),
    ]);
    assert.match(text, /^\| Workers \| 1 \| {2}\| {2}\| {2}\|$/m);
    assert.match(text, /^\| Hosts \| {2}\| {2}\| {2}\| 1 \|$/m);
    assert.match(text, /^\| Pod network \| {2}\| 1 \| 1 \| {2}\|$/m);
    assert.doesNotMatch(text, /Control plane|Storage/);
});

test("what touches a host is said, with what will run there", () => {
    const text = summary([
        step(
            "update",
            JOIN,
            "cluster-worker-1-worker-join",
            {},
            { update: "sudo -n timeout -k 10 60 /opt/kubeadm-cluster/join.sh verify" },
        ),
        step("create", RESET, "cluster-worker-3-prepare", null, { create: "timeout -k 10 1800 bash -s" }),
        step("create", RESET, "cluster-worker-3-reset", null, {
            delete: "timeout -k 10 60 /opt/kubeadm-cluster/reset.sh",
        }),
        step(
            "replace",
            JOIN,
            "worker-4-join",
            { delete: "run /opt/a/remove.sh w" },
            { create: "run /opt/a/admit.sh w" },
        ),
    ]);
    assert.match(text, /Hosts are touched:\*\* 3 steps/);
    assert.match(text, /`cluster-worker-1-worker-join` \(update\): `join\.sh verify`/);
    assert.match(text, /`cluster-worker-3-prepare` \(create\): `prepare`/);
    assert.match(text, /`remove\.sh w, then admit\.sh w`/);
    // Its text is for the day it goes.
    assert.doesNotMatch(text, /cluster-worker-3-reset/);
});

test("objects alone touch no host, and nothing planned is said so", () => {
    assert.match(summary([step("update", OBJECT, "network", {}, {})]), /^No host is touched\.$/m);
    assert.match(summary([step("same", OBJECT, "network", {}, {})]), /^No changes\.$/m);
});

test("a failed preview names the policies that are broken and the engine's errors", () => {
    const message = "Every step verifies the host.\nno host key is pinned for 10.0.0.1\n";
    const text = summary(
        [
            JSON.stringify({
                policyEvent: {
                    resourceUrn: urn(JOIN, "a-join"),
                    policyName: "host-key-is-pinned",
                    message,
                    enforcementLevel: "mandatory",
                },
            }),
            JSON.stringify({
                diagnosticEvent: { severity: "error", message: "the configuration has a problem\nmore\n" },
            }),
            JSON.stringify({ diagnosticEvent: { severity: "error", message: "preview failed\n" } }),
        ],
        true,
        true,
    );
    assert.match(text, /planned as a new stack/);
    assert.match(text, /- \*\*host-key-is-pinned\*\* by `a-join`: no host key is pinned for 10\.0\.0\.1$/m);
    assert.match(text, /- the configuration has a problem$/m);
    assert.doesNotMatch(text, /- preview failed/);
});

test("a step belongs to the stage that its name tells, else to its outermost component's, a stray one to the stack", () => {
    const token = "kubeadm-cluster:node:WorkerNode$random:index/randomPassword:RandomPassword";
    assert.equal(stageOf(urn(`kubeadm-cluster:index:KubeadmCluster$${token}`, "x")), "Workers");
    assert.equal(stageOf(urn(JOIN, "cluster-worker-1-worker-ready")), "Nodes: Ready, labels, taints");
    assert.equal(
        stageOf(urn(JOIN, "cluster-worker-1-worker-upgrade-drain")),
        "Changed settings, one worker after the other",
    );
    const ceph = "kubeadm-cluster:storage:RookCeph$kubeadm-cluster:storage:CephCluster$command:remote:Command";
    assert.equal(stageOf(urn(ceph, "cluster-storage-worker-ready")), "Storage");
    assert.equal(stageOf(urn("pulumi:providers:kubernetes", "cluster")), "Stack and providers");
    assert.equal(stageOf(urn("kubeadm-cluster:new:Thing$command:remote:Command", "x")), "Other parts of the cluster");
});

test("a configuration without its secrets keeps everything else, and is bound to no secrets provider", () => {
    const file = [
        "encryptionsalt: v1:abc",
        "secretsprovider: awskms://alias/x",
        "config:",
        "  kubeadm-cluster:sshPrivateKey:",
        "    secure: v1:xyz",
        "  kubeadm-cluster:ssh:",
        "    user: root",
    ].join("\n");
    assert.equal(withoutSecrets(file), "config:\n  kubeadm-cluster:ssh:\n    user: root\n");
    assert.equal(withoutSecrets(""), "config: {}\n");
});
