import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import type { KubeadmClusterArgs } from "../../../components/args";
import { readArgs } from "../../../components/config";

const node = { name: "master", role: "control-plane", address: "10.0.0.1" };

/** What is said of arguments as a program without types may give them. */
function refusal(args: unknown): string {
    try {
        readArgs("prod", args as KubeadmClusterArgs);
    } catch (error) {
        assert.ok(pulumi.RunError.isInstance(error), String((error as Error).stack));
        return error.message;
    }
    return "nothing";
}

class Machine extends pulumi.ComponentResource {}
const circle: Record<string, unknown> = {};
circle.self = circle;

const mistakes: [what: string, args: unknown, expected: RegExp][] = [
    ["no arguments", undefined, /^prod: has no arguments; it needs nodes at least$/],
    ["a list", [node], /^prod: has no arguments/],
    ["no nodes", {}, /prod:nodes: must be a list; found nothing$/],
    ["null for the nodes", { nodes: null }, /prod:nodes: must be a list; found an empty key$/],
    ["null among the nodes", { nodes: [node, null] }, /prod:nodes\[1\]: must be a group of keys; found an empty key$/],
    [
        "an address left out",
        { nodes: [{ ...node, address: undefined }] },
        /prod:nodes\[0\]\.address: .*; found nothing$/,
    ],
    [
        "an address that is null",
        { nodes: [{ ...node, address: null }] },
        /nodes\[0\]\.address: .*; found an empty key$/,
    ],
    ["an address that is a number", { nodes: [{ ...node, address: 10 }] }, /nodes\[0\]\.address: .*; found 10$/],
    [
        "a bastion without a host",
        { nodes: [node], ssh: { bastion: {} } },
        /prod:ssh\.bastion\.host: .*; found nothing$/,
    ],
    ["ssh that is a text", { nodes: [node], ssh: "root" }, /prod:ssh: must be a group of keys; found "root"$/],
    ["a port in quotes", { nodes: [node], ssh: { port: "22" } }, /prod:ssh\.port: must be .*number; found "22"$/],
    [
        "an unknown field",
        { nodes: [{ ...node, adress: "x" }] },
        /prod:nodes\[0\]\.adress: is not a known key; did you mean address\?/,
    ],
    ["an unknown argument", { nodes: [node], netwrok: {} }, /prod:netwrok: is not a known key; did you mean network\?/],
    [
        "a secret that is a number",
        { nodes: [node], sshPrivateKey: 12345 },
        /prod:sshPrivateKey: must be a text; what was found is not shown$/,
    ],
    ["a secret that is null", { nodes: [node], sshPassword: null }, /prod:sshPassword: must be a text/],
    [
        "a role that comes from a resource",
        { nodes: [{ ...node, role: pulumi.output("worker") }] },
        /has a problem; nothing was changed:\n {2}prod:nodes\[0\]\.role: comes from another resource, and what is made depends on it/,
    ],
    ["nodes that come from a resource", { nodes: pulumi.output([node]) }, /prod:nodes: comes from another resource/],
    [
        "an output deep in a document",
        { nodes: [node], kubernetes: { kubelet: { clusterDNS: [Promise.resolve("10.96.0.10")] } } },
        /prod:kubernetes\.kubelet\.clusterDNS\[0\]: comes from another resource/,
    ],
    [
        "a resource instead of its address",
        { nodes: [{ ...node, address: new Machine("a:b:C", "c") }] },
        /nodes\[0\]\.address: must be plain data; found a Machine$/,
    ],
    [
        "a function",
        { nodes: [{ ...node, labels: () => ({}) }] },
        /prod:nodes\[0\]\.labels: must be plain data; found a function$/,
    ],
    ["a number that is none", { nodes: [node], ssh: { port: NaN } }, /prod:ssh\.port: must be plain data; found NaN$/],
    [
        "what holds itself",
        { nodes: [node], kubernetes: { kubelet: circle } },
        /prod:kubernetes\.kubelet\.self: holds itself/,
    ],
    [
        "several of these at once",
        { nodes: [{ ...node, role: pulumi.output("worker"), adress: 1 }], sshPassword: 1 },
        /has 3 problems; nothing was changed:\n.*sshPassword.*\n.*role: comes[^]*adress: is not a known key/,
    ],
];
for (const [what, args, expected] of mistakes)
    test(`a program that gives ${what} is told so in one clean error`, () => assert.match(refusal(args), expected));

test("what is undefined is left out, and outputs may stand where hosts and secrets are named", () => {
    const address = pulumi.output("10.0.0.1");
    const { config, secrets } = readArgs("prod", {
        nodes: [{ ...node, address, hostKey: undefined, labels: undefined, ssh: { bastion: { host: address } } }],
        sshPrivateKey: Promise.resolve("a key"),
        sshPassword: undefined,
        kubernetes: undefined,
        network: { addOn: "flannel", mtu: undefined },
    });
    assert.equal(config.nodes[0]?.hostKey, undefined);
    assert.deepEqual(Object.keys(secrets), ["sshPrivateKey"]);
});

test("the arguments are not changed", () => {
    const args = Object.freeze({ nodes: [Object.freeze({ ...node, address: pulumi.output("10.0.0.1") })] });
    readArgs("prod", args);
    assert.ok(pulumi.Output.isInstance(args.nodes[0]?.address));
});

const arrived = (nodes: object[], more: object = {}) =>
    readArgs("prod", { nodes, ...more } as unknown as KubeadmClusterArgs).sound.then(
        () => "nothing",
        (error: Error) => error.message,
    );

test("what other resources gave is checked as all else, as soon as it is known", async () => {
    const worker = { name: "worker", role: "worker" };
    const given = (address: unknown) => [node, { ...worker, address: pulumi.output(address) }];
    assert.equal(await arrived(given("10.0.0.2")), "nothing");
    assert.equal(await arrived(given(pulumi.unknown)), "nothing");
    assert.match(
        await arrived(given("10.0.0.1")),
        /prod:nodes\[1\]\.address: "10\.0\.0\.1" is that of nodes\[0\] already/,
    );
    assert.match(await arrived(given("10.244.0.9")), /podSubnet: 10\.244\.0\.0\/16 holds the address 10\.244\.0\.9/);
    assert.match(await arrived(given("web.example.com")), /nodes\[1\]\.internalAddress: is needed/);
    for (const none of ["", undefined, null, 5, ["10.0.0.2"]])
        assert.match(
            await arrived(given(none)),
            /^what other resources gave has a problem; nothing was changed:\n {2}prod:nodes\[1\]\.address: must be a text that is not empty/,
        );
    const endpoint = (text: string) => arrived([node], { kubernetes: { controlPlaneEndpoint: pulumi.output(text) } });
    assert.equal(await endpoint("k8s.example.com"), "nothing");
    assert.match(
        await endpoint("k8s.example.com:443"),
        /controlPlaneEndpoint: must be a HOST alone where it comes from/,
    );
    assert.match(await endpoint("k8s_example"), /controlPlaneEndpoint: must be HOST or HOST:PORT/);
    const hidden = await arrived(given(pulumi.secret("not an address")));
    assert.match(hidden, /found "\[secret\]"$/);
});
