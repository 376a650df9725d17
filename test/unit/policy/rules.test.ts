import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceValidationArgs } from "@pulumi/policy";
import { rules } from "../../../policy/rules";

/** What the rule of this name says to a resource; undefined = a rule that is not there. */
function verdict(rule: string, type: string, props: object, settings: object = {}, name = "resource"): string[] {
    const validate = rules.find((one) => one.name === rule)?.validateResource;
    assert.ok(typeof validate === "function", `there is a rule ${rule}`);
    const said: string[] = [];
    const args = { type, props, name, getConfig: () => settings } as unknown as ResourceValidationArgs;
    void validate(args, (message) => said.push(message));
    return said;
}

const COMMAND = "command:remote:Command";
const command = (text: string, more: object = {}) =>
    verdict("command-text-holds-no-secret", COMMAND, { connection: {}, create: text, ...more });

const images = (image: string, settings = {}) =>
    verdict("images-are-pinned", "kubernetes:apps/v1:DaemonSet", podTemplate({ image }), settings);
const podTemplate = (container: object) => ({ spec: { template: { spec: { containers: [container] } } } });

test("a host key is wanted for the host and its bastion, by everything that dials", () => {
    const rule = (type: string, connection: object) => verdict("host-key-is-pinned", type, { connection });
    assert.deepEqual(rule(COMMAND, { host: "a", hostKey: "ssh-ed25519 A" }), []);
    assert.match(rule(COMMAND, { host: "10.0.0.1" })[0] ?? "", /10\.0\.0\.1/);
    assert.equal(rule("command:remote:CopyToRemote", { host: "a", hostKey: "" }).length, 1);
    assert.match(rule(COMMAND, { host: "a", hostKey: "k", proxy: { host: "b" } })[0] ?? "", /bastion b/);
    assert.deepEqual(rule(COMMAND, { host: "a", hostKey: "k", proxy: { host: "b", hostKey: "k" } }), []);
    assert.deepEqual(verdict("host-key-is-pinned", "command:local:Command", {}), []);
});

test("a Kubernetes provider needs its cluster's name, and the default one is told apart", () => {
    const rule = (props: object, name: string) =>
        verdict("provider-has-cluster-identifier", "pulumi:providers:kubernetes", props, {}, name);
    assert.deepEqual(rule({ clusterIdentifier: "kubernetes" }, "cluster"), []);
    assert.match(rule({}, "cluster")[0] ?? "", /set it to a name that stays/);
    assert.match(rule({}, "default_4_32_0")[0] ?? "", /provider of their own/);
    assert.deepEqual(verdict("provider-has-cluster-identifier", "pulumi:providers:random", {}), []);
});

test("secrets are known by their form", () => {
    for (const text of [
        "kubeadm join --token abcdef.0123456789abcdef",
        "echo abcdef.0123456789abcdef",
        "curl -u me --password hunter2",
        "TOKEN=x run",
        "kubeadm join --certificate-key 00ff",
        "echo -----BEGIN OPENSSH PRIVATE KEY-----",
        "echo aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3",
    ]) {
        assert.equal(command(text).length, 1, text);
    }
});

test("the program's own commands are no secrets", () => {
    for (const text of [
        "timeout -k 10 1800 bash -s",
        "sudo -n timeout -k 10 120 /opt/kubeadm-cluster/admit.sh ip-10-0-0-1.eu-central-1.compute.internal verify",
        "test ! -e /opt/kubeadm-cluster/remove-node.sh && cat >/dev/null || timeout -k 10 300 /opt/kubeadm-cluster/remove-node.sh w-1",
        "timeout -k 10 60 /opt/kubeadm-cluster/token.sh worker-1",
    ]) {
        assert.deepEqual(command(text), [], text);
    }
});

test("a command repeats neither its credentials nor its standard input", () => {
    assert.equal(command("login correct-horse", { connection: { password: "correct-horse" } }).length, 1);
    assert.equal(command("echo battery staple", { stdin: "SECRET 1\nbattery staple\n" }).length, 1);
    assert.equal(command("echo", { delete: "echo battery staple", stdin: "battery staple" }).length, 1);
    assert.deepEqual(command("timeout", { stdin: "SECRET 1\nout\n" }), []);
});

test("an image has a digest or a whole version, and an allowed registry", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    for (const image of ["weaveworks/weave-kube:2.8.1", "docker.io/flannel/flannel:v0.26.7", `quay.io/a/b@${digest}`])
        assert.deepEqual(images(image), [], image);
    for (const image of ["busybox", "busybox:latest", "docker.io/redis:7", "ghcr.io/a/b:v1.2"])
        assert.match(images(image)[0] ?? "", /may change under its name/, image);
    assert.match(images(`registry.example.com/a@${digest}`)[0] ?? "", /comes from registry\.example\.com/);
    assert.match(images(`localhost:5000/a:1.2.3`)[0] ?? "", /comes from localhost:5000/);
    assert.deepEqual(images("registry.example.com/a:1.2.3", { registries: ["registry.example.com"] }), []);
});

test("images are found in every kind that makes Pods, in Ceph's cluster and in its operator's settings", () => {
    const containers = [{ image: "bad" }];
    const found = (type: string, props: object) => verdict("images-are-pinned", `kubernetes:${type}`, props).length;
    assert.equal(found("core/v1:Pod", { spec: { initContainers: containers } }), 1);
    assert.equal(found("apps/v1:StatefulSetPatch", { spec: { template: { spec: { containers } } } }), 1);
    const jobTemplate = { spec: { template: { spec: { containers } } } };
    assert.equal(found("batch/v1:CronJob", { spec: { jobTemplate } }), 1);
    assert.equal(found("ceph.rook.io/v1:CephCluster", { spec: { cephVersion: { image: "bad" } } }), 1);
    assert.equal(found("core/v1:ConfigMap", { data: { ROOK_CSI_CEPH_IMAGE: "bad", other: "bad" } }), 1);
    assert.equal(found("core/v1:Service", { spec: { ports: [] } }), 0);
});

test("privileged containers stay in the namespaces of the cluster's own parts", () => {
    const rule = (namespace: string | undefined, privileged: boolean, settings = {}) =>
        verdict(
            "privileged-pods-stay-home",
            "kubernetes:apps/v1:Deployment",
            { metadata: { namespace }, ...podTemplate({ name: "main", securityContext: { privileged } }) },
            settings,
        );
    for (const namespace of ["kube-system", "kube-flannel", "rook-ceph"]) assert.deepEqual(rule(namespace, true), []);
    assert.match(rule("shop", true)[0] ?? "", /namespace shop: main/);
    assert.match(rule(undefined, true)[0] ?? "", /namespace default/);
    assert.deepEqual(rule("shop", false), []);
    assert.deepEqual(rule("shop", true, { namespaces: ["shop"] }), []);
});

test("Ceph takes all devices neither of the cluster nor of one node", () => {
    const rule = (storage: object) =>
        verdict("ceph-devices-are-named", "kubernetes:ceph.rook.io/v1:CephCluster", { spec: { storage } });
    assert.equal(rule({ useAllDevices: true }).length, 1);
    assert.match(rule({ nodes: [{ name: "w-1", useAllDevices: true }] })[0] ?? "", /w-1/);
    assert.deepEqual(rule({ useAllDevices: false, nodes: [{ name: "w-1", devices: [{ name: "sdb" }] }] }), []);
});

test("programs come by https; proxies and texts that look like a source do not count", () => {
    const rule = (stdin: string) => verdict("mirrors-are-https", COMMAND, { connection: {}, stdin });
    assert.match(
        rule("A 1\nb\nBINARIES_URL 1\nhttp://10.0.0.5/k8s\nEND\n")[0] ?? "",
        /^mirrors\.binaries is http:\/\/10/,
    );
    assert.equal(rule("RUNC_URL 1\nhttp://a\nPACKAGES_URL 1\nhttp://b\n").length, 2);
    assert.deepEqual(rule("BINARIES_URL 1\nhttps://a\nHTTP_PROXY_URL 1\nhttp://proxy:3128\n"), []);
});

test("what a preview cannot know stops a rule's question, not the rule", () => {
    class UnknownValueError extends Error {}
    const props = {
        connection: {},
        create: "run --token abc",
        get stdin(): string {
            throw new UnknownValueError();
        },
    };
    assert.equal(verdict("command-text-holds-no-secret", COMMAND, props).length, 1);
    const broken = Object.defineProperty({ ...{ connection: {} } }, "stdin", {
        get: () => {
            throw new TypeError("a mistake");
        },
    });
    assert.throws(() => verdict("command-text-holds-no-secret", COMMAND, broken), /a mistake/);
});
