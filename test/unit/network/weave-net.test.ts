import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { WeaveNet } from "../../../components/network";
import type { WeaveNetArgs } from "../../../components/network";
import { register, Registrations } from "./engine-double";

interface PodSpec {
    initContainers: { image: string }[];
    containers: { image: string; args?: string[]; env: { name: string; value?: string; valueFrom?: object }[] }[];
}

const weave = (settings: Partial<WeaveNetArgs> = {}): Promise<Registrations> =>
    register(() => new WeaveNet("net", { podSubnet: "10.244.0.0/16", ...settings }));

function podSpec(registered: Registrations): PodSpec {
    const { spec } = registered.only("DaemonSet").inputs as { spec: { template: { spec: PodSpec } } };
    return spec.template.spec;
}

function environment(registered: Registrations): Map<string, unknown> {
    const [router] = podSpec(registered).containers;
    return new Map(router?.env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
}

test("no optional variable is set without its setting, and there is no Secret", async () => {
    const registered = await weave();
    assert.deepEqual(
        [...environment(registered).keys()],
        ["INIT_CONTAINER", "HOSTNAME", "NODE_IP", "IPALLOC_RANGE", "CHECKPOINT_DISABLE", "WEAVE_METRICS_ADDR"],
    );
    assert.throws(() => registered.only("Secret"), /0 resources/);
});

test("Pods get their addresses from podSubnet", async () => {
    assert.equal(environment(await weave({ podSubnet: "172.20.0.0/14" })).get("IPALLOC_RANGE"), "172.20.0.0/14");
});

test("mtu, connLimit and noMasqLocal reach the router as text", async () => {
    const env = environment(await weave({ mtu: 8916, connLimit: 500, noMasqLocal: false }));
    assert.equal(env.get("WEAVE_MTU"), "8916");
    assert.equal(env.get("CONN_LIMIT"), "500");
    assert.equal(env.get("NO_MASQ_LOCAL"), "0");
});

test("noMasqLocal: true is Weave's own default and sets nothing", async () => {
    assert.equal(environment(await weave({ noMasqLocal: true })).has("NO_MASQ_LOCAL"), false);
});

test("a registry and digests make up the images, of the init container too", async () => {
    const kube = `sha256:${"a".repeat(64)}`;
    const npc = `sha256:${"b".repeat(64)}`;
    const pods = podSpec(await weave({ imageRegistry: "registry.example.com:5000/weave", digests: { kube, npc } }));
    const wantedKube = `registry.example.com:5000/weave/weave-kube:2.8.1@${kube}`;
    assert.equal(pods.initContainers[0]?.image, wantedKube);
    assert.deepEqual(
        pods.containers.map(({ image }) => image),
        [wantedKube, `registry.example.com:5000/weave/weave-npc:2.8.1@${npc}`],
    );
});

for (const [form, password] of [
    ["plain text", "correct-horse"],
    ["a secret output", pulumi.secret("correct-horse")],
    ["an output", pulumi.output("correct-horse")],
] as const) {
    test(`a password given as ${form} is in its Secret alone, marked secret`, async () => {
        const registered = await weave({ password });
        for (const { type, inputs, shown } of registered.all) {
            assert.ok(!shown.includes("correct-horse"), `${type} shows the password`);
            const holds = JSON.stringify(inputs).includes("correct-horse");
            assert.equal(holds, /:(Secret|WeaveNet)$/.test(type), `${type} holds the password`);
        }
        assert.deepEqual(registered.only("Secret").inputs.stringData, { "weave-passwd": "correct-horse" });
        assert.deepEqual(environment(registered).get("WEAVE_PASSWORD"), {
            secretKeyRef: { name: "net-password-0", key: "weave-passwd" },
        });
    });
}

test("the Secret has no fixed name, so that a changed password gives a new one and rolls the Pods", async () => {
    const { metadata } = (await weave({ password: "correct-horse" })).only("Secret").inputs as { metadata: object };
    assert.deepEqual(metadata, { labels: { name: "weave-net" }, namespace: "kube-system" });
});

test("ready, name and namespace of the DaemonSet are offered", async () => {
    let network: WeaveNet | undefined;
    await register(() => {
        network = new WeaveNet("net", { podSubnet: "10.244.0.0/16" });
    });
    const { ready, daemonSetName, namespace } = network as WeaveNet;
    const seen = await new Promise((resolve) => pulumi.all([ready, daemonSetName, namespace]).apply(resolve));
    assert.deepEqual(seen, ["net-daemon-set-id", "weave-net", "kube-system"]);
});
