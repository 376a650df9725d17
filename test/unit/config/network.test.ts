import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { createNetwork, Flannel, validateNetwork, WeaveNet } from "../../../components/network";
import type { NetworkAddOnArgs } from "../../../components/network";
import { passwordProblems } from "../../../components/config/checks/network";
import { register } from "../network/engine-double";

const podSubnet = "10.244.0.0/16";
const digest = `sha256:${"0".repeat(64)}`;

const good: NetworkAddOnArgs[] = [
    { addOn: "none", podSubnet },
    { addOn: "weave", podSubnet },
    { addOn: "weave", podSubnet: "10.32.0.0/12", password: "nine char", mtu: 576, connLimit: 1, noMasqLocal: false },
    { addOn: "weave", podSubnet, mtu: 9001, imageRegistry: "localhost:5000/a/b_c", digests: { kube: digest } },
    { addOn: "weave", podSubnet, password: pulumi.secret("short") },
    { addOn: "flannel", podSubnet: "10.244.0.0/24", backend: "vxlan", vni: 1, port: 65535, directRouting: false },
    { addOn: "flannel", podSubnet, interface: "enp3s0f0.100" },
    { addOn: "flannel", podSubnet, interface: "wg-cluster_1", backend: "host-gw" },
    { addOn: "flannel", podSubnet, backend: "host-gw", digests: { flannel: digest, cniPlugin: digest } },
];

test("good arguments have no problems", () => {
    for (const args of good) {
        assert.deepEqual(validateNetwork(args), [], JSON.stringify(args));
    }
});

/** Arguments, the path of the one problem, and a piece of the advice. */
const bad: [object, string, RegExp][] = [
    [{ addOn: "calico" }, "addOn", /"calico" is not known: write weave, flannel or none/],
    [{}, "addOn", /write weave, flannel or none/],
    [{ addOn: "none", podSubnet: "10.244.0.0" }, "podSubnet", /write something like 10\.244\.0\.0\/16/],
    [{ addOn: "none", podSubnet: "10.244.0.256/16" }, "podSubnet", /one IPv4 range/],
    [{ addOn: "none", podSubnet: "10.244.0.0/33" }, "podSubnet", /one IPv4 range/],
    [{ addOn: "none", podSubnet: "0.0.0.0/0" }, "podSubnet", /one IPv4 range/],
    [{ addOn: "none", podSubnet: "10.244.0.0/16,fd00::/48" }, "podSubnet", /one IPv4 range/],
    [{ addOn: "weave", podSubnet: "fd00::/48" }, "podSubnet", /one IPv4 range/],
    [{ addOn: "weave", podSubnet: "10.244.7.1/16" }, "podSubnet", /write 10\.244\.0\.0\/16/],
    [{ addOn: "weave", podSubnet: "192.168.5.0/20" }, "podSubnet", /write 192\.168\.0\.0\/20/],
    [{ addOn: "weave", podSubnet: "10.244.0.0/30" }, "podSubnet", /\/29 or shorter/],
    [{ addOn: "flannel", podSubnet: "10.244.0.0/25" }, "podSubnet", /\/24 or shorter/],
    [{ addOn: "weave", podSubnet, mtu: 575 }, "mtu", /575 is not a whole number from 576 to 9001/],
    [{ addOn: "weave", podSubnet, mtu: 9002 }, "mtu", /9002/],
    [{ addOn: "weave", podSubnet, mtu: 1400.5 }, "mtu", /1400\.5/],
    [{ addOn: "weave", podSubnet, mtu: Number.NaN }, "mtu", /NaN/],
    [{ addOn: "weave", podSubnet, mtu: "1400" }, "mtu", /whole number/],
    [{ addOn: "weave", podSubnet, connLimit: 0 }, "connLimit", /from 1/],
    [{ addOn: "weave", podSubnet, password: "short" }, "password", /has 5 characters: use 9 or more/],
    [{ addOn: "weave", podSubnet, imageRegistry: "https://r.example.com" }, "imageRegistry", /without https/],
    [{ addOn: "weave", podSubnet, imageRegistry: "r.example.com/" }, "imageRegistry", /without a final slash/],
    [{ addOn: "weave", podSubnet, imageRegistry: "" }, "imageRegistry", /is not a registry/],
    [{ addOn: "weave", podSubnet, digests: { npc: "sha256:abc" } }, "digests.npc", /64 hexadecimal digits/],
    [{ addOn: "flannel", podSubnet, digests: { cniPlugin: "latest" } }, "digests.cniPlugin", /"latest"/],
    [{ addOn: "flannel", podSubnet, backend: "udp" }, "backend", /"udp" is not known: write vxlan or host-gw/],
    [{ addOn: "flannel", podSubnet, vni: 0 }, "vni", /from 1 to 16777215/],
    [{ addOn: "flannel", podSubnet, interface: "" }, "interface", /such as eth1/],
    [{ addOn: "flannel", podSubnet, interface: "10.0.2.15" }, "interface", /"10\.0\.2\.15" is no name/],
    [{ addOn: "flannel", podSubnet, interface: "eth1,eth2 eth3" }, "interface", /such as eth1/],
    [{ addOn: "flannel", podSubnet, interface: "a-name-too-long-x" }, "interface", /at most 15/],
    [{ addOn: "flannel", podSubnet, interface: "$(NODE_IP)" }, "interface", /leave it out/],
    [{ addOn: "flannel", podSubnet, port: 65536 }, "port", /from 1 to 65535/],
    [{ addOn: "flannel", podSubnet, backend: "host-gw", vni: 2 }, "vni", /host-gw.*leave it out/],
    [{ addOn: "flannel", podSubnet, backend: "host-gw", directRouting: true }, "directRouting", /host-gw/],
];

for (const [args, path, message] of bad) {
    test(`refused: ${JSON.stringify(args)}`, () => {
        const problems = validateNetwork(args as NetworkAddOnArgs);
        assert.deepEqual(
            problems.map((problem) => problem.path),
            [path],
        );
        assert.match(problems[0]?.message ?? "", message);
    });
}

test("all problems are told at once", () => {
    const args: NetworkAddOnArgs = { addOn: "weave", podSubnet: "everything", mtu: 1, connLimit: -1, password: "p" };
    assert.deepEqual(
        validateNetwork(args).map(({ path }) => path),
        ["podSubnet", "password", "mtu", "connLimit"],
    );
});

test("a password with a newline from a file is refused, and not shown", () => {
    for (const password of ["correct-horse\n", " correct-horse", "correct\u0000horse"]) {
        const [problem] = passwordProblems(password);
        assert.match(problem?.message ?? "", /white space.*remove it/);
        assert.ok(!problem?.message.includes("horse"));
    }
});

test("a component refuses bad arguments with one clean error, before anything is registered", async () => {
    const registered = await register(() => {
        assert.throws(
            () => createNetwork("net", { addOn: "flannel", podSubnet: "x" }),
            (error) => pulumi.RunError.isInstance(error) && /^network net: podSubnet: "x" is not/.test(error.message),
        );
        assert.throws(() => new WeaveNet("net", { podSubnet, mtu: 1 }), /^Error: Weave Net net: mtu: 1 is not/);
        assert.throws(() => new Flannel("net", { podSubnet, vni: -1 }), /^Error: Flannel net: vni: -1 is not/);
    });
    assert.deepEqual(registered.all, []);
});

test("createNetwork makes the add-on asked for, and nothing for none", async () => {
    for (const [args, token] of [
        [{ addOn: "weave", podSubnet }, "kubeadm-cluster:network:WeaveNet"],
        [{ addOn: "flannel", podSubnet }, "kubeadm-cluster:network:Flannel"],
        [{ addOn: "none", podSubnet }, undefined],
    ] as [NetworkAddOnArgs, string | undefined][]) {
        const registered = await register(() => createNetwork("net", args));
        assert.equal(registered.all[0]?.type, token);
    }
});
