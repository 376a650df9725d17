import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster, type KubeadmClusterArgs } from "../../components";
import { livingCluster } from "../../components/control-plane/living-cluster";
import { encodeInputs } from "../../components/remote";
import { stackState } from "../../components/remote/stack-state";

interface Seen {
    type: string;
    name: string;
    inputs: string;
}

/** What a program registers in a preview: no answer of a host is known. */
async function preview(program: () => void): Promise<Seen[]> {
    const seen: Seen[] = [];
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ type, name, inputs }) => {
            seen.push({ type, name, inputs: JSON.stringify(inputs) });
            return { id: undefined, state: inputs as object };
        },
        call: () => ({}),
    };
    await pulumi.runtime.setMocks(mocks, "project", "stack", true);
    await stackState();
    program();
    await pulumi.runtime.disconnect();
    return seen;
}

/** Has the engine know these resources: outputs by URN. */
function withState(outputs: Record<string, unknown>): Promise<void> {
    const mocks: pulumi.runtime.Mocks = {
        newResource: () => ({ id: "id", state: {} }),
        call: ({ token }) => (token === "pulumi:pulumi:readStackResourceOutputs" ? { outputs } : {}),
    };
    return pulumi.runtime.setMocks(mocks, "project", "stack", false, "organization");
}

/** Three hosts of a network. */
function args(network: string, later: (text: string) => pulumi.Input<string> = (text) => text): KubeadmClusterArgs {
    const node = (name: string, host: number, role = "worker") => ({
        name,
        role,
        address: later(`${network}.${host}`),
    });
    return {
        nodes: [node("master", 11, "control-plane"), node("worker-1", 12), node("worker-2", 13)],
        network: { addOn: "flannel" },
        sshPrivateKey: `key of ${network}`,
        proxy: { http: "http://proxy:3128" },
    };
}

test("two clusters of one program have nothing in common, though one's name is the beginning of the other's", async () => {
    const seen = await preview(() => {
        new KubeadmCluster("prod", args("10.0.1"));
        new KubeadmCluster("prod-eu", args("10.0.2"));
    });
    const names = seen.map(({ type, name }) => `${type} ${name}`);
    assert.equal(new Set(names).size, names.length);
    const ofEu = seen.filter(({ name }) => name.startsWith("prod-eu"));
    const ofProd = seen.filter(({ name }) => !name.startsWith("prod-eu"));
    assert.equal(ofEu.length, ofProd.length);
    for (const { name, inputs } of ofEu) assert.doesNotMatch(inputs, /10\.0\.1\./, name);
    for (const { name, inputs } of ofProd) assert.doesNotMatch(inputs, /10\.0\.2\./, name);
    assert.ok(ofEu.some(({ inputs }) => inputs.includes("key of 10.0.2")));
});

type Give = (text: string) => pulumi.Input<string>;
for (const [what, kubernetes] of Object.entries<(give: Give) => KubeadmClusterArgs["kubernetes"]>({
    addresses: () => undefined,
    "addresses and the endpoint's": (give) => ({ controlPlaneEndpoint: give("10.0.1.5") }),
    "addresses and the endpoint's name": (give) => ({ controlPlaneEndpoint: give("k8s.example.com") }),
    "addresses and a virtual one": (give) => ({ vip: { address: give("10.0.1.5") } }),
})) {
    test(`with ${what} that come from resources the same is made, and nothing holds what stands for them`, async () => {
        const made = (give: Give) =>
            preview(() => new KubeadmCluster("prod", { ...args("10.0.1", give), kubernetes: kubernetes(give) }));
        const known = await made((text) => text);
        const later = await made((text) => Promise.resolve(text));
        const sorted = (seen: Seen[]) => seen.map((one) => JSON.stringify(one)).sort();
        assert.deepEqual(sorted(later), sorted(known));
        assert.ok(known.length > 30);
        assert.doesNotMatch(JSON.stringify(later), /\b250\.\d+\.\d+/);
    });
}

/** What the state has of a cluster's first control plane node. */
function recorded(cluster: string, node: string, identity: string): Record<string, unknown> {
    const urn = (kind: string, name: string) =>
        `urn:pulumi:stack::project::kubeadm-cluster:index:KubeadmCluster$${kind}::${cluster}-${name}`;
    const inputs = {
        CLUSTER_IDENTITY: `clusterName ${cluster}`,
        KUBERNETES_VERSION: "v1.32.0",
        STACK_IDENTITY: identity,
    };
    return {
        [urn("random:index/randomUuid:RandomUuid", "stack-identity")]: { result: identity },
        [urn("kubeadm-cluster:node:MasterNode$command:remote:Command", `${node}-control-plane-reconfigure`)]: {
            stdin: encodeInputs(inputs),
        },
    };
}

test("a cluster knows its own past alone", async () => {
    const states = { ...recorded("prod-eu", "a", "identity-of-eu"), ...recorded("prod", "b", "identity-of-prod") };
    await withState(Object.fromEntries(Object.entries(states).map(([urn, outputs]) => [urn, { outputs }])));
    const prod = await livingCluster("prod");
    assert.deepEqual([prod?.first, prod?.identity, prod?.controlPlaneNodes], ["b", "clusterName prod", 1]);
    const eu = await livingCluster("prod-eu");
    assert.deepEqual([eu?.first, eu?.identity, eu?.controlPlaneNodes], ["a", "clusterName prod-eu", 1]);
    assert.equal(await livingCluster("pro"), undefined);
});

test("each run of a process reads the state of its own stack", async () => {
    await withState({ one: { outputs: {} } });
    assert.deepEqual(Object.keys(await stackState()), ["one"]);
    await withState({ two: { outputs: {} } });
    assert.deepEqual(Object.keys(await stackState()), ["two"]);
});
