import * as pulumi from "@pulumi/pulumi";
import { ClusterConfig, NodeConfig } from "../config";
import { decodeInputs, stackState } from "../remote";
import { clusterIdentity, controlPlaneNodes } from "./kubeadm-config";

/** How long a mirror may take to say whether it has a version, in milliseconds. */
const MIRROR_PATIENCE = 5000;

/**
 * The step of each control plane node that holds the cluster's settings: its kind, and the node's name behind that of the
 * cluster. Before 0.2 there was one cluster in a program, whose resources had no name in front.
 */
const SETTINGS = /:(MasterNode|ControlPlaneNode)\$command:remote:Command::(.+)-control-plane-reconfigure$/;

/** What the stack's state says of the cluster that it stands for. */
export interface LivingCluster {
    /** Name of the node that made the cluster. */
    first: string;
    /** Lines NAME VALUE that cannot change. */
    identity: string;
    /** Such as v1.32.0. */
    version: string;
    /** Nodes of the control plane. */
    masters: number;
    /** Number of the key that its Secrets are encrypted with. */
    encryptionKey: number;
}

/** What a living cluster cannot become: the former and the new value of each part of its identity. */
export function identityProblems(former: string, wanted: string): string[] {
    const parts = new Map(former.split("\n").map((line) => line.split(" ") as [string, string]));
    return wanted.split("\n").flatMap((line) => {
        const [name = "", value = ""] = line.split(" ");
        const before = parts.get(name);
        if (before === undefined || before === value) return [];
        return [`${name} of this cluster is "${before}" and cannot become "${value}" on a living cluster`];
    });
}

/** Why a cluster cannot go from one version to another in one step; undefined where it can. */
export function versionProblem(from: string, to: string): string | undefined {
    const [fromMinor = 0, fromPatch = 0] = from.split(".").slice(1).map(Number);
    const [toMinor = 0, toPatch = 0] = to.split(".").slice(1).map(Number);
    if (toMinor < fromMinor || (toMinor === fromMinor && toPatch < fromPatch))
        return `this cluster runs Kubernetes ${from}, and a downgrade to ${to} is not possible`;
    if (toMinor > fromMinor + 1)
        return `this cluster runs Kubernetes ${from}, and ${to} skips a minor version; go to a 1.${fromMinor + 1} first`;
    return undefined;
}

/** The cluster of this name as the stack's own state has it; undefined where there is none yet. No host is asked. */
export async function livingCluster(name: string): Promise<LivingCluster | undefined> {
    const steps = Object.entries(await stackState()).flatMap(([urn, { outputs }]) => {
        const [, kind, node = ""] = SETTINGS.exec(urn) ?? [];
        if (kind === undefined) return [];
        if (!urn.includes(":KubeadmCluster$")) return [{ kind, node, outputs }];
        return node.startsWith(`${name}-`) ? [{ kind, node: node.slice(name.length + 1), outputs }] : [];
    });
    const found = steps.find(({ kind }) => kind === "MasterNode");
    if (!found) return undefined;
    const { node: first, outputs } = found;
    // Of the last change that came to its end. What init was sent is secret, and this is not.
    const inputs = typeof outputs.stdin === "string" ? decodeInputs(outputs.stdin) : {};
    const { CLUSTER_IDENTITY: identity, CLUSTER_CONFIGURATION: settings = "" } = inputs;
    // A state of before has neither the version nor the key's number by itself.
    const version = inputs.KUBERNETES_VERSION ?? /^kubernetesVersion: (v\S+)$/m.exec(settings)?.[1];
    if (identity === undefined || version === undefined) return undefined;
    return {
        first,
        identity,
        version,
        masters: steps.length,
        encryptionKey: Number(inputs.ENCRYPTION_KEY_NUMBER ?? 1),
    };
}

/** Whether a mirror has a version; undefined where it cannot be asked from here. */
async function mirrorHas(binaries: string, version: string): Promise<boolean | undefined> {
    const url = `${binaries}/${version}/bin/linux/amd64/kubeadm.sha256`;
    return fetch(url, { method: "HEAD", signal: AbortSignal.timeout(MIRROR_PATIENCE) }).then(
        (answer) => (answer.status === 404 ? false : answer.ok || undefined),
        () => undefined,
    );
}

/**
 * Refuses, in preview already, what a living cluster cannot become: another identity, an older version, one that skips
 * a minor, one that the mirror lacks. The hosts refuse the same; this only says it before.
 *
 * @throws pulumi.RunError naming what was found and what to do
 */
export async function refuseImpossible(
    config: ClusterConfig,
    master: NodeConfig,
    cluster: { name: string; settle: (text: string) => pulumi.Input<string> },
): Promise<void> {
    const living = await livingCluster(cluster.name);
    if (!living) return;
    const { version } = config.kubernetes;
    const wanted = cluster.settle(clusterIdentity(config, master));
    // What comes from another resource is not known in every preview: the host refuses it then.
    const problems = typeof wanted === "string" ? identityProblems(living.identity, wanted) : [];
    if (living.first !== master.name)
        problems.unshift(
            `nodes: ${living.first} made this cluster and stays the first of its control plane, which is ${master.name} here; another host can take its place under its name`,
        );
    const { encryptionKey } = config.kubernetes;
    if (living.encryptionKey !== encryptionKey && (living.masters > 1 || controlPlaneNodes(config).length > 1))
        problems.push(
            `kubernetes.encryptionKey: cannot become ${encryptionKey} (it is ${living.encryptionKey}) while the control plane has several nodes, since each must read a key before any of them writes with it; ` +
                `go down to one of them, then change the key, then add the others again`,
        );
    const step = versionProblem(living.version, version);
    if (step) problems.push(`kubernetes.version: ${step}`);
    if (version !== living.version && !step && (master.install ?? config.kubernetes.install) === "binaries") {
        const { binaries } = config.mirrors;
        const has = await mirrorHas(binaries, version);
        if (has === false) problems.push(`kubernetes.version: ${binaries} has no Kubernetes ${version}`);
        if (has === undefined)
            void pulumi.log.warn(`${binaries} does not answer here: whether it has ${version} is seen on the hosts`);
    }
    if (problems.length > 0)
        throw new pulumi.RunError(`nothing was changed; put the old values back:\n  ${problems.join("\n  ")}`);
}
