import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { validateConfig } from "../../../components/config";
import { cluster, raw, Raw } from "./cluster";

/** The problems of a configuration in which something is changed, as PATH: MESSAGE. */
function problems(change: (config: Raw) => void): string[] {
    const config = raw();
    change(config);
    return (validateConfig(config).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const node = (config: Raw, index: number) => config.nodes[index] ?? {};
const kubernetes = (settings: object) => (config: Raw) => void (config.kubernetes = settings);
const network = (settings: object) => (config: Raw) => void (config.network = settings);
const ssh = (settings: object) => (config: Raw) => void (config.ssh = settings);

test("the defaults make a whole cluster of names and addresses alone", () => {
    const config = cluster();
    assert.equal(config.kubernetes.version, "v1.32.0");
    assert.equal(config.kubernetes.podSubnet, "10.244.0.0/16");
    assert.deepEqual(config.network, { addOn: "weave" });
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

/** What is done to a faultless configuration, and the one problem that it must give. */
const faults: Record<string, Record<string, [(config: Raw) => void, string]>> = {
    "nodes and their places": {
        "no nodes at all": [(config) => (config.nodes = []), "nodes: must name at least the control plane; found []"],
        "nodes left out": [(config) => delete (config as Partial<Raw>).nodes, "nodes: must be a list; found nothing"],
        "no master": [
            (config) => (node(config, 0).role = "worker"),
            "nodes: no node has the role control-plane; exactly one must",
        ],
        "two masters": [
            (config) => (node(config, 1).role = "control-plane"),
            "nodes: master, worker-1 all have the role control-plane; only one is supported yet",
        ],
        "two nodes of one name": [
            (config) => (node(config, 2).name = "worker-1"),
            'nodes[2].name: "worker-1" is that of nodes[1] already',
        ],
        "two nodes of one address": [
            (config) => (node(config, 2).address = "192.168.33.10"),
            'nodes[2].address: "192.168.33.10" is that of nodes[0] already',
        ],
        "two nodes of one internal address": [
            (config) => config.nodes.slice(1).forEach((one) => (one.internalAddress = "10.0.0.5")),
            'nodes[2].internalAddress: "10.0.0.5" is that of nodes[1] already',
        ],
        "a role that there is not": [
            (config) => (node(config, 1).role = "etcd"),
            'nodes[1].role: must be one of control-plane, worker; found "etcd"',
        ],
        "a name that is none in DNS": [
            (config) => (node(config, 1).name = "Worker_1"),
            "nodes[1].name: must be a DNS name of lower-case letters, digits, '-' and '.', at most 63 long; found \"Worker_1\"",
        ],
        "an address left out": [
            (config) => delete node(config, 1).address,
            "nodes[1].address: must be a text; found nothing",
        ],
        "a DNS name without an internal address": [
            (config) => (node(config, 1).address = "worker-1.example.com"),
            'nodes[1].internalAddress: is needed, since address is the name "worker-1.example.com": give the IPv4 address that the nodes use among themselves',
        ],
        "a host key that is none": [
            (config) => (node(config, 1).hostKey = "SHA256:abc"),
            "nodes[1].hostKey: must be a public host key, such as 'ssh-ed25519 AAAA...'; found \"SHA256:abc\"",
        ],
        "a schedulable worker": [
            (config) => (node(config, 1).schedulable = true),
            "nodes[1].schedulable: is for the control plane only; give the worker a taint instead",
        ],
        "a taint with an effect that there is not": [
            (config) => (node(config, 1).taints = [{ key: "gpu", effect: "NoRun" }]),
            'nodes[1].taints[0].effect: must be one of NoSchedule, PreferNoSchedule, NoExecute; found "NoRun"',
        ],
        "a taint of Kubernetes' own": [
            (config) =>
                (node(config, 0).taints = [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }]),
            "nodes[0].taints[0]: node-role.kubernetes.io/control-plane belongs to Kubernetes itself; use schedulable, or another key",
        ],
    },
    "misspelt keys": {
        "of the stack": [(config) => (config.netwrok = {}), "netwrok: is not a known key; did you mean network?"],
        "of a node": [
            (config) => (node(config, 1).adress = "10.0.0.1"),
            "nodes[1].adress: is not a known key; did you mean address?",
        ],
        "of a taint": [
            (config) => (node(config, 1).taints = [{ key: "gpu", effect: "NoSchedule", vaule: "x" }]),
            "nodes[1].taints[0].vaule: is not a known key; did you mean value?",
        ],
        "of kubernetes": [
            kubernetes({ podsubnet: "10.0.0.0/16" }),
            "kubernetes.podsubnet: is not a known key; did you mean podSubnet?",
        ],
        "of a component": [
            kubernetes({ apiServer: { extraArg: {} } }),
            "kubernetes.apiServer.extraArg: is not a known key; did you mean extraArgs?",
        ],
        "of ssh": [ssh({ waitSecond: 3 }), "ssh.waitSecond: is not a known key; did you mean waitSeconds?"],
        "of a node's ssh": [
            (config) => (node(config, 1).ssh = { usr: "admin" }),
            "nodes[1].ssh.usr: is not a known key; did you mean user?",
        ],
        "of a bastion": [
            ssh({ bastion: { host: "b", prt: 22 } }),
            "ssh.bastion.prt: is not a known key; did you mean port?",
        ],
        "of the network": [
            network({ addOn: "weave", mut: 1400 }),
            "network.mut: is not a known key; did you mean mtu?",
        ],
        "nothing like any": [(config) => (config.frobnicate = 1), "frobnicate: is not a known key"],
    },
    kubernetes: {
        "a version as a number": [
            kubernetes({ version: 1.32 }),
            "kubernetes.version: must be a version in quotes, such as '1.32.0'; found 1.32",
        ],
        "a version without its patch": [
            kubernetes({ version: "1.32" }),
            'kubernetes.version: must be a whole version, such as 1.32.0; found "1.32"',
        ],
        "a version whose kubeadm reads no v1beta4": [
            kubernetes({ version: "1.30.4" }),
            "kubernetes.version: v1.30.4 is too old: its kubeadm does not read v1beta4 documents; take 1.31 or later",
        ],
        "the article's flag that was removed": [
            kubernetes({ controllerManager: { extraArgs: { "horizontal-pod-autoscaler-use-rest-clients": "true" } } }),
            "kubernetes.controllerManager.extraArgs.horizontal-pod-autoscaler-use-rest-clients: kube-controller-manager has no such flag since Kubernetes 1.22 and would not start; leave it out: the autoscaler reads metrics from the metrics API since then, so install metrics-server",
        ],
        "a flag with dashes": [
            kubernetes({ apiServer: { extraArgs: { "--v": "2" } } }),
            "kubernetes.apiServer.extraArgs.--v: write the flag without leading dashes",
        ],
        "a flag whose value is no text": [
            kubernetes({ scheduler: { extraArgs: { v: 2 } } }),
            "kubernetes.scheduler.extraArgs.v: must be a text in quotes; found 2",
        ],
        "a subnet that is none": [
            kubernetes({ podSubnet: "10.244.0.0" }),
            'kubernetes.podSubnet: must be an IPv4 range in CIDR form, such as 10.244.0.0/16; found "10.244.0.0"',
        ],
        "a subnet with bits behind its prefix": [
            kubernetes({ podSubnet: "10.244.0.1/16" }),
            'kubernetes.podSubnet: has bits set behind its prefix: write 10.244.0.0/16; found "10.244.0.1/16"',
        ],
        "Pods and Services in one subnet": [
            kubernetes({ podSubnet: "10.96.0.0/16" }),
            "kubernetes.podSubnet: 10.96.0.0/16 overlaps serviceSubnet 10.96.0.0/12",
        ],
        "a node among the Pods": [
            (config) => (node(config, 2).address = "10.244.3.4"),
            "kubernetes.podSubnet: 10.244.0.0/16 holds the address 10.244.3.4 of nodes[2]",
        ],
        "a node among the Services": [
            (config) => (node(config, 2).address = "10.111.255.255"),
            "kubernetes.serviceSubnet: 10.96.0.0/12 holds the address 10.111.255.255 of nodes[2]",
        ],
        "an endpoint with a scheme": [
            kubernetes({ controlPlaneEndpoint: "https://api.example.com:6443" }),
            'kubernetes.controlPlaneEndpoint: must be HOST or HOST:PORT; found "https://api.example.com:6443"',
        ],
    },
    "network, ssh and mirrors": {
        "an add-on that there is not": [
            network({ addOn: "calico" }),
            'network.addOn: must be one of weave, flannel, none; found "calico"',
        ],
        "an MTU that is too small": [
            network({ addOn: "weave", mtu: 100 }),
            "network.mtu: 100 is not a whole number from 576 to 9001",
        ],
        "a port that is none": [ssh({ port: 70000 }), "ssh.port: must be at most 65535; found 70000"],
        "a wait of no time": [ssh({ waitSeconds: 0 }), "ssh.waitSeconds: must be at least 1; found 0"],
        "a mirror that is no address": [
            (config) => (config.mirrors = { binaries: "mirror.example.com" }),
            'mirrors.binaries: must be an http or https address; found "mirror.example.com"',
        ],
        "a registry without mirrors": [
            (config) => (config.mirrors = { registries: { "docker.io": [] } }),
            "mirrors.registries.docker.io: must have at least 1 entry; found []",
        ],
    },
};

for (const [group, cases] of Object.entries(faults)) {
    describe(group, () => {
        for (const [what, [change, message]] of Object.entries(cases)) {
            test(what, () => assert.deepEqual(problems(change), [message]));
        }
    });
}

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
