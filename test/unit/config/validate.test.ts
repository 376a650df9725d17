import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { cluster, raw, Raw } from "./cluster";
import { SOUND_KEY } from "./host-keys";

/** The problems of a configuration in which something is changed, as PATH: MESSAGE. */
function problems(change: (config: Raw) => void): string[] {
    const config = raw();
    change(config);
    return (validateConfig(config).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const node = (config: Raw, index: number) => config.nodes[index] ?? {};
const kubernetes = (settings: object) => (config: Raw) => void (config.kubernetes = settings);

test("the defaults make a whole cluster of names and addresses alone", () => {
    const config = cluster();
    assert.equal(config.kubernetes.version, "v1.32.0");
    assert.equal(config.kubernetes.podSubnet, "10.244.0.0/16");
    assert.deepEqual(config.network, { addOn: "weave", connectivityTest: true });
    assert.deepEqual(config.mirrors.registries, {});
    assert.deepEqual(config.nodes[0]?.taints, []);
});

test("a version is taken with and without its v, a mirror with and without its final slash", () => {
    for (const version of ["1.32.0", "v1.32.0"])
        assert.equal(cluster({ kubernetes: { version } }).kubernetes.version, "v1.32.0");
    for (const binaries of ["http://10.77.0.1:8080", "http://10.77.0.1:8080//"]) {
        assert.equal(cluster({ mirrors: { binaries } }).mirrors.binaries, "http://10.77.0.1:8080");
    }
});

test("removed flags are allowed where the version still has them", () => {
    const extraArgs = { "cloud-provider": "external" };
    const config = { version: "1.32.0", apiServer: { extraArgs } };
    assert.deepEqual(problems(kubernetes(config)), []);
    assert.equal(problems(kubernetes({ ...config, version: "1.33.0" })).length, 1);
});

test("several faults are told at once", () => {
    const found = problems((config) => {
        node(config, 2).name = "worker-1";
        config.kubernetes = { version: "1.30.0", podSubnet: "10.96.0.0/16" };
    });
    assert.equal(found.length, 3);
});

test("keys that every object has are unknown like any other", () => {
    const config = JSON.parse(
        JSON.stringify(raw()).replace('{"nodes"', '{"__proto__": {"x": 1}, "constructor": 1, "nodes"'),
    ) as Raw;
    const found = (validateConfig(config).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
    assert.deepEqual(found, ["__proto__: is not a known key", "constructor: is not a known key"]);
});

test("hosts behind one address are told apart by their ports, and have addresses of their own among themselves", () => {
    const forwarded = (ports: number[]) => (config: Raw) =>
        config.nodes.forEach((one, index) => {
            Object.assign(one, {
                address: "127.0.0.1",
                internalAddress: `10.0.0.${index + 10}`,
                ssh: { port: ports[index] },
            });
        });
    assert.deepEqual(problems(forwarded([2200, 2201, 2202])), []);
    assert.deepEqual(problems(forwarded([2200, 2201, 2201])), [
        'nodes[2].address: "127.0.0.1 port 2201" is that of nodes[1] already',
    ]);
});

test("a host key may have its comment", () => {
    const hostKey = `${SOUND_KEY} root@worker-1`;
    assert.deepEqual(
        problems((config) => (node(config, 1).hostKey = hostKey)),
        [],
    );
});

test("values of a key that was set as a secret are in no message", () => {
    const config = {
        ...raw(),
        kubernetes: { version: 7, podSubnet: "10.96.0.0/16", kubeadm: { file: "/top/secret" } },
    };
    const { problems: found = [] } = validateConfig(config, ["kubernetes"]);
    assert.deepEqual(found, [
        { path: "kubernetes.version", message: "must be a version in quotes, such as '1.32.0'; found a secret" },
    ]);
});
