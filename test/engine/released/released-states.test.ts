import assert from "node:assert/strict";
import { after, test } from "node:test";
import { decodeInputs } from "../../../components/remote";
import type { ExportedResource, StackExport } from "../../lab/engine";
import { skipWithout } from "../../upstream";
import { output, SimulatedStack } from "../simulated-stack";
import { recordings, ROOK_RELEASE, rookRelease } from "./recordings";

// States that releases have left behind, previewed by today's program. See record.ts for how they are made.

/** What today's program adds to a release's stack, by release and name; all else stays as it is. */
const ADDED: Record<string, string[]> = {
    "0.1.0": ["kubeadm-cluster:index:KubeadmCluster::cluster"],
};

/** What it changes on purpose where a stack has it. Each has a line in CHANGELOG.md. */
const CHANGED: Record<string, string[]> = {
    "0.1.0": [
        // The card with the node's own address, and the test of the network.
        "kubeadm-cluster:index:KubeadmCluster$kubeadm-cluster:network:Flannel$kubernetes:apps/v1:DaemonSet::cluster-network-daemon-set",
        "kubeadm-cluster:index:KubeadmCluster$kubeadm-cluster:node:MasterNode$command:remote:Command::cluster-master-control-plane-ready",
        "kubeadm-cluster:index:KubeadmCluster$kubeadm-cluster:storage:RookCeph$kubeadm-cluster:storage:CephCluster$kubernetes:ceph.rook.io/v1:CephCluster::cluster-storage-cluster-object",
    ],
};

/** A resource of a recorded state. */
interface RecordedResource extends ExportedResource {
    /** Whether a provider makes it; a component has none. */
    custom?: boolean;
    retainOnDelete?: boolean;
}

interface Planned {
    op: string;
    urn: string;
    newState?: { inputs?: { stdin?: unknown } };
}

const stacks: SimulatedStack[] = [];
after(() => Promise.all(stacks.map((stack) => stack.close())));

async function planned(config: string, state: StackExport): Promise<Planned[]> {
    const stack = await SimulatedStack.recorded(config.replaceAll(ROOK_RELEASE, rookRelease), state);
    stacks.push(stack);
    const result = await stack.workspace.preview(["--json"]);
    assert.equal(result.code, 0, output(result));
    assert.deepEqual(stack.dials, {});
    const { steps } = JSON.parse(result.stdout) as { steps: Planned[] };
    return steps.filter(({ op }) => op !== "same");
}

const nameOf = (urn: string) => urn.split("::").slice(2).join("::");
const resourceName = (urn: string) => urn.slice(urn.lastIndexOf(":") + 1);
/** The installer's standard input behind its line of packed scripts. */
const PACKED = /^[^]*\nH4sI\S+\n/;
const inputsOf = (stdin: unknown) => decodeInputs(String(stdin).replace(PACKED, ""));

/** The state as if its hosts had today's scripts already: what brings them reads the same inputs as in the release. */
function withScripts(state: StackExport, plan: Planned[]): StackExport {
    const brought = new Map(
        plan
            .filter(({ op, urn }) => op === "update" && urn.endsWith("-prepare"))
            .map(({ urn, newState }) => [resourceName(urn), newState?.inputs?.stdin]),
    );
    const resources = state.deployment.resources?.map((one): ExportedResource => {
        const stdin = one.urn.endsWith("-prepare") ? brought.get(`cluster-${resourceName(one.urn)}`) : undefined;
        if (stdin === undefined) return one;
        assert.deepEqual(inputsOf(stdin), inputsOf(one.inputs?.stdin), one.urn);
        return { ...one, inputs: { ...one.inputs, stdin }, outputs: { ...one.outputs, stdin } };
    });
    return { ...state, deployment: { ...state.deployment, resources } };
}

/** Whether a resource of the state goes without a word to a host or the API server. */
function goesSilently(state: StackExport, urn: string): boolean {
    const one: RecordedResource | undefined = state.deployment.resources?.find((resource) => resource.urn === urn);
    assert.ok(one, urn);
    if (!one.custom) return true;
    if (one.type === "command:remote:Command") return one.inputs?.delete === undefined;
    return one.retainOnDelete === true;
}

for (const [version, clusters] of Object.entries(recordings())) {
    for (const [name, { config, state }] of Object.entries(clusters)) {
        const skip = config.includes(ROOK_RELEASE) && skipWithout(rookRelease);
        test(`a state of ${version} with ${name}: nothing is replaced, and no host is dialled`, { skip }, async () => {
            const plan = await planned(config, state);
            const lasting = ({ op, urn }: Planned) => op !== "delete" || !goesSilently(state, urn);
            const rest = plan.filter((step) => step.op !== "update" && lasting(step));
            const added = (ADDED[version] ?? []).map((one) => `create ${one}`);
            const types = new Set(state.deployment.resources?.map(({ type }) => type));
            const changed = (CHANGED[version] ?? [])
                .filter((one) => types.has(one.replace(/.*[$]|::.*/g, "")))
                .map((one) => `update ${one}`);
            assert.deepEqual(
                rest.map(({ op, urn }) => `${op} ${nameOf(urn)}`),
                added,
            );
            // Of a preview in which a host gets scripts, steps that read its answer say that they may change.
            const settled = await planned(config, withScripts(state, plan));
            assert.deepEqual(
                settled.filter(lasting).map(({ op, urn }) => `${op} ${nameOf(urn)}`),
                [...added, ...changed],
            );
        });
    }
}

test("every release has its recording, without a word of the machine that made it", () => {
    const all = recordings();
    assert.deepEqual(Object.keys(all).sort(), Object.keys(ADDED).sort());
    for (const text of Object.values(all).map((one) => JSON.stringify(one)))
        assert.doesNotMatch(text, /(?:"|file:\/\/|=)\/(?:home|root|work|tmp|Users)\//);
});
