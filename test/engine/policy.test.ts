import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import type { Result } from "../lab/engine";
import { Contract, output, type Declaration } from "../plugins/contract";
import { object, provider } from "../plugins/kubernetes-objects";

const PACK = ["--policy-pack", resolve(__dirname, "..", "..", "policy")];

/** The violations that a run has printed, as "RULE: RESOURCE". */
const violations = ({ stdout }: Result) =>
    [...stdout.matchAll(/- \[mandatory\] +([\w-]+) +\([^)]*: (.+)\)$/gm)].map(([, rule, name]) => `${rule}: ${name}`);

const step = (name: string, create: string, more: object = {}): Declaration => ({
    type: "remote.Command",
    name,
    args: { connection: { host: "192.0.2.1", hostKey: "ssh-ed25519 AAAA" }, create, ...more },
});

const workload = (name: string, namespace: string, container: object): Declaration =>
    object(
        "kubernetes:apps/v1:DaemonSet",
        name,
        { namespace },
        { spec: { template: { spec: { containers: [container] } } } },
    );

const ceph = (name: string, storage: object): Declaration =>
    object("kubernetes:ceph.rook.io/v1:CephCluster", name, { namespace: "rook-ceph" }, { spec: { storage } });

test("each rule finds its violation in a preview, and leaves its neighbour alone", async () => {
    const contract = await new Contract().init();
    try {
        const later = { $output: "later.stdout" };
        const result = await contract.preview(
            [
                { type: "local.Command", name: "later", args: { create: "echo" } },
                step("verified", "hostname", { stdin: later }),
                step("trusting", "hostname", { connection: { host: "192.0.2.1" } }),
                step("talkative", "kubeadm join --token abcdef.0123456789abcdef", { stdin: later }),
                provider(later),
                { ...provider(later), name: "nameless", args: { kubeconfig: later } },
                workload("pinned", "shop", { name: "main", image: "quay.io/shop/main:1.2.3" }),
                workload("moving", "shop", { name: "main", image: "quay.io/shop/main:latest" }),
                workload("strange", "shop", { name: "main", image: "registry.example.com/main:1.2.3" }),
                workload("driver", "kube-system", {
                    image: "quay.io/a/b:1.2.3",
                    securityContext: { privileged: true },
                }),
                workload("intruder", "shop", { image: "quay.io/a/b:1.2.3", securityContext: { privileged: true } }),
                workload("undecided", "shop", { name: "main", image: later }),
                ceph("modest", { useAllDevices: false, nodes: [] }),
                ceph("greedy", { useAllDevices: true }),
            ],
            PACK,
        );
        assert.notEqual(result.code, 0, output(result));
        assert.deepEqual(violations(result).sort(), [
            "ceph-devices-are-named: greedy",
            "command-text-holds-no-secret: talkative",
            "host-key-is-pinned: trusting",
            "images-are-pinned: moving",
            "images-are-pinned: strange",
            "privileged-pods-stay-home: intruder",
            "provider-has-cluster-identifier: nameless",
        ]);
        // What cannot be known yet is said, and stops nothing.
        assert.match(result.stdout, /\[advisory\] +images-are-pinned +\([^)]*: undecided\)/);
    } finally {
        contract.remove();
    }
});
