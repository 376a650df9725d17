import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { checkStackValues, loadConfig, readArgs } from "../../../components/config";
import { raw } from "./cluster";

/** Loads a stack's configuration as the engine hands it over: structured values as JSON. */
function load(settings: Record<string, unknown>, name?: string) {
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, text(value)])));
    return readArgs("cluster", loadConfig(name));
}

const prefixed = (settings: object) =>
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [`kubeadm-cluster:${key}`, value as unknown]));

function message(settings: Record<string, unknown>): string {
    try {
        load(settings);
    } catch (error) {
        assert.ok(pulumi.RunError.isInstance(error), "a RunError shows no stack trace");
        return error.message;
    }
    throw new Error("the configuration was accepted");
}

const devStack = parse(readFileSync(join(__dirname, "..", "..", "..", "Pulumi.dev.yaml"), "utf8")) as {
    config: Record<string, unknown>;
};

test("the whole of Pulumi.dev.yaml is valid, and is the source article's cluster", () => {
    const { config } = load(devStack.config);
    assert.deepEqual(
        config.nodes.map(({ role }) => role),
        ["control-plane", "worker", "worker"],
    );
    assert.equal(config.kubernetes.version, "v1.32.0");
    assert.deepEqual(config.kubernetes.apiServer.extraArgs, { "runtime-config": "api/all=true" });
    assert.deepEqual(config.kubernetes.controllerManager.extraArgs, {
        "horizontal-pod-autoscaler-sync-period": "10s",
        "node-monitor-grace-period": "10s",
    });
    assert.equal(config.network.addOn, "weave");
});

test("Pulumi.dev.yaml is bound to nobody's passphrase", () => {
    assert.deepEqual(Object.keys(devStack), ["config"]);
});

test("one error names every problem, and that nothing was changed", () => {
    const settings = { ...raw(), netwrok: { addOn: "flannel" }, kubernetes: { version: "1.30.0" } };
    assert.equal(
        message(prefixed(settings)),
        [
            "the configuration has 2 problems; nothing was changed:",
            "  kubeadm-cluster:netwrok: is not a known key; did you mean network?",
            "  kubeadm-cluster:kubernetes.version: v1.30.0 is too old: its kubeadm does not read v1beta4 documents\n    take 1.31 or later",
        ].join("\n"),
    );
});

test("a misspelt secret is named, its value is not", () => {
    const text = message(prefixed({ ...raw(), sshPrivatKey: "very secret" }));
    assert.match(text, /sshPrivatKey: is not a known key; did you mean sshPrivateKey\?/);
    assert.doesNotMatch(text, /very secret/);
});

test("a plain key that was set as a secret is refused, and nothing shows its value", () => {
    const settings = prefixed({ ...raw(), ssh: { user: "top secret", port: "top secret" } });
    const values = Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value)] as const);
    pulumi.runtime.setAllConfig(Object.fromEntries(values), ["kubeadm-cluster:ssh"]);
    assert.throws(
        () => loadConfig(),
        (error: Error) => {
            assert.match(
                error.message,
                /kubeadm-cluster:ssh: holds a secret, .*: set it without --secret\n +secrets are /,
            );
            assert.match(error.message, /kubeadm-cluster:ssh\.port: must be a number; found a secret/);
            assert.doesNotMatch(error.message, /top secret/);
            return true;
        },
    );
    pulumi.runtime.setAllConfig({}, []);
});

test("so is one that stands encrypted in the file, before the engine has seen it", () => {
    const values = { ...raw(), kubernetes: { clusterName: { secure: "v1:abc:def" } } };
    assert.throws(() => checkStackValues("kubeadm-cluster", values), /kubernetes: holds a secret/);
});

test("a password of Weave Net that would not be used is refused", () => {
    const text = message(prefixed({ ...raw(), network: { addOn: "flannel" }, weavePassword: "0123456789" }));
    assert.match(text, /weavePassword: is set, but network.addOn is flannel; remove one of them/);
    assert.doesNotMatch(text, /0123456789/);
});

test("a structured value that is no structure is told as what was found", () => {
    assert.match(message(prefixed({ ...raw(), network: "flannel" })), /kubeadm-cluster:network: .*; found "flannel"/);
});

test("keys of other namespaces are none of this program's; another namespace can be had", () => {
    const settings = { "aws:region": "eu", "other:nodes": raw().nodes };
    assert.equal(load(settings, "other").config.nodes.length, 3);
});

test("secrets are secret outputs, apart from the plain configuration", async () => {
    const { config, secrets } = load(prefixed({ ...raw(), sshPrivateKey: "very secret" }));
    assert.equal(await pulumi.isSecret(pulumi.output(secrets.sshPrivateKey)), true);
    assert.doesNotMatch(JSON.stringify(config), /very secret/);
    assert.equal(secrets.sshPassword, undefined);
});
