import * as pulumi from "@pulumi/pulumi";
import { parseAllDocuments } from "yaml";
import { CLUSTER_TYPE } from "../cluster-type";
import { etcdDirectory, NodeConfig } from "../config";
import { failures } from "../config/problem";
import { decodeInputs, type StackState, stackState } from "../remote";
import { compareVersions, minorOf } from "../releases/version";
import { etcdDirectoryProblem } from "./etcd-directory";
import { clusterIdentity, controlPlaneNodes, type KubeadmConfig } from "./kubeadm-config";

/** How long a mirror may take to say whether it has a version, in milliseconds. */
const MIRROR_PATIENCE = 5000;

/**
 * The step of each control plane node that holds the cluster's settings: its kind, and the node's name behind that of the
 * cluster. MasterNode is the type of the first of them. Before 0.2 there was one cluster in a program, whose resources had
 * no name in front.
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
    /** How many nodes its control plane has. */
    controlPlaneNodes: number;
    /** Number of the key that its Secrets are encrypted with. */
    encryptionKey: number;
    /** Where etcd's data is. */
    etcdDirectory: string;
}

/** The cluster that is wanted now. */
export interface WantedCluster extends KubeadmConfig {
    /** Name of the cluster in the program. */
    name: string;
    /** The first node of its control plane. */
    first: NodeConfig;
    /** Address of the mirror that kubeadm, kubelet and kubectl come from. */
    binaries: string;
    /** Puts values that come from other resources in the place of what stands for them. */
    settle: (text: string) => pulumi.Input<string>;
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
    if (compareVersions(to, from) < 0)
        return `this cluster runs Kubernetes ${from}, and a downgrade to ${to} is not possible`;
    const next = minorOf(from) + 1;
    if (minorOf(to) > next)
        return `this cluster runs Kubernetes ${from}, and ${to} skips a minor version; go to a 1.${next} first`;
    return undefined;
}

function inputsOf({ stdin }: Record<string, unknown>): Record<string, string> {
    return typeof stdin === "string" ? decodeInputs(stdin) : {};
}

/** Identity that the hosts of a cluster know it by, as the state has it. */
function recordedIdentity(name: string, state: StackState): unknown {
    for (const [urn, { outputs }] of Object.entries(state)) {
        if (urn.endsWith(`:RandomUuid::${name}-stack-identity`)) return outputs.result;
        if (urn.endsWith(`${CLUSTER_TYPE}::${name}`)) return outputs.identity;
    }
    return undefined;
}

function firstDocument(settings: string): Record<string, unknown> {
    const [document] = parseAllDocuments(settings);
    return (document?.toJS() ?? {}) as Record<string, unknown>;
}

/** The cluster of this name as the stack's own state has it; undefined where there is none yet. No host is asked. */
export async function livingCluster(name: string): Promise<LivingCluster | undefined> {
    const state = await stackState();
    const ours = recordedIdentity(name, state);
    const steps = Object.entries(state).flatMap(([urn, { outputs }]) => {
        const [, kind, node = ""] = SETTINGS.exec(urn) ?? [];
        if (kind === undefined) return [];
        if (!urn.includes(`${CLUSTER_TYPE}$`)) return [{ kind, node, outputs }];
        // The name of one cluster may be the beginning of another's: prod and prod-eu.
        const { STACK_IDENTITY: identity } = inputsOf(outputs);
        if (!node.startsWith(`${name}-`) || (ours !== undefined && identity !== ours)) return [];
        return [{ kind, node: node.slice(name.length + 1), outputs }];
    });
    const found = steps.find(({ kind }) => kind === "MasterNode");
    if (!found) return undefined;
    const { node: first, outputs } = found;
    // Of the last change that came to its end. What init was sent is secret, and this is not.
    const inputs = inputsOf(outputs);
    const { CLUSTER_IDENTITY: identity, CLUSTER_CONFIGURATION: settings = "" } = inputs;
    // A state of before has neither the version nor the key's number by itself.
    const version = inputs.KUBERNETES_VERSION ?? /^kubernetesVersion: (v\S+)$/m.exec(settings)?.[1];
    if (identity === undefined || version === undefined) return undefined;
    return {
        first,
        identity,
        version,
        controlPlaneNodes: steps.length,
        encryptionKey: Number(inputs.ENCRYPTION_KEY_NUMBER ?? 1),
        etcdDirectory: etcdDirectory(firstDocument(settings)),
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
export async function refuseImpossible(wanted: WantedCluster): Promise<void> {
    const living = await livingCluster(wanted.name);
    if (!living) return;
    const { kubernetes, nodes, first, binaries } = wanted;
    const { version, encryptionKey } = kubernetes;
    const identity = wanted.settle(clusterIdentity(wanted, first));
    // What comes from another resource is not known in every preview: the host refuses it then.
    const problems = typeof identity === "string" ? identityProblems(living.identity, identity) : [];
    if (living.first !== first.name)
        problems.unshift(
            `nodes: ${living.first} made this cluster and stays the first of its control plane, which is ${first.name} here; another host can take its place under its name`,
        );
    if (living.encryptionKey !== encryptionKey && (living.controlPlaneNodes > 1 || controlPlaneNodes(nodes).length > 1))
        problems.push(
            `kubernetes.encryptionKey: cannot become ${encryptionKey} (it is ${living.encryptionKey}) while the control plane has several nodes, since each must read a key before any of them writes with it; ` +
                `go down to one of them, then change the key, then add the others again`,
        );
    const moved = etcdDirectoryProblem(living.etcdDirectory, etcdDirectory(kubernetes.kubeadm.clusterConfiguration));
    if (moved) problems.push(moved);
    const step = versionProblem(living.version, version);
    if (step) problems.push(`kubernetes.version: ${step}`);
    if (version !== living.version && !step && (first.install ?? kubernetes.install) === "binaries") {
        const has = await mirrorHas(binaries, version);
        if (has === false) problems.push(`kubernetes.version: ${binaries} has no Kubernetes ${version}`);
        if (has === undefined)
            void pulumi.log.warn(`${binaries} does not answer here: whether it has ${version} is seen on the hosts`);
    }
    if (problems.length > 0) throw failures("nothing was changed; put the old values back", problems);
}
