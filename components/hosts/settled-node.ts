import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import { NodeConfig } from "../config";
import { HostConnection, type PlainInputsOf, RemoteScript } from "../remote";
import { CONTROL_PLANE_TAINT, declaredTaints, taintText } from "../control-plane/kubeadm-config";
import type { Repair } from "../repair";
import { Machine } from "./machine";

/** Seconds a node has to become Ready once its network is rolled out; on warm images it takes a few. */
const READY_SECONDS = 300;

/** Arguments of SettledNode. */
export interface SettledNodeArgs {
    /** The host as configured. */
    node: NodeConfig;
    /** The prepared host. */
    machine: Machine;
    /** How the host is reached. May hold secrets. */
    connection: HostConnection;
    /** How the control plane node is reached. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** The step that made the host a node: init or join. */
    registered: RemoteScript;
    /** The network add-on, without which no node becomes Ready. Undefined = the user brings one; nothing is awaited. */
    network?: pulumi.Resource;
    /** The test of the pod network, which the first control plane node makes. Default: it is another node's to make. */
    networkTest?: NetworkTest;
    /** Why the node's steps look at everything again. Default: nobody asks. */
    repair?: Repair;
}

/** What shows that the network works. */
export interface NetworkTest {
    /** What connectivity.sh is told. */
    inputs: PlainInputsOf<"connectivity.sh">;
    /** The hosts' identities: what is tested again when one of them changes. */
    machines: pulumi.Input<string>;
    /** Seconds that it may take. */
    seconds: number;
    /** The other nodes, Ready. */
    after: pulumi.Resource[];
}

/** A node that is Ready, with the labels and taints of the configuration. */
export class SettledNode {
    /** The node's name, once it is Ready. */
    public readonly nodeName: pulumi.Output<string>;
    /** The step that awaits it, or that has registered it where nothing is awaited. */
    public readonly ready: pulumi.Resource;
    /** What has to be there before anything is put on the node. */
    public readonly steps: pulumi.Resource[];

    /** @param opts whose node it is, and the cluster's provider */
    constructor(
        name: string,
        args: SettledNodeArgs,
        opts: { parent: pulumi.ComponentResource; provider: kubernetes.Provider },
    ) {
        const { node, registered, network } = args;
        const { parent } = opts;
        const ready = network && awaitReady(`${name}-ready`, { ...args, network }, parent);
        // It goes with the node, whichever way that goes: removed, given up, or destroyed with the cluster. Then neither
        // taints nor labels are taken back, which would make the Node of a lost host anew, empty.
        const life = ready ?? registered;
        const taints = declareTaints(`${name}-taints`, args, { parent, dependsOn: registered, deletedWith: life });
        // Where nothing else tells that the node goes, the labels stay on the Node, and the patch is always there.
        const labels = (Object.keys(node.labels).length > 0 || !ready) && {
            parent,
            provider: opts.provider,
            dependsOn: [registered, ...taints],
            deletedWith: life,
            retainOnDelete: !ready,
        };
        this.ready = life;
        this.nodeName = life.id.apply(() => node.name);
        this.steps = [life, ...taints, ...(labels ? [setLabels(`${name}-settings`, args, labels)] : [])];
    }
}

function awaitReady(
    name: string,
    { node, connection, registered, network, networkTest, repair }: SettledNodeArgs & { network: pulumi.Resource },
    parent: pulumi.Resource,
): RemoteScript {
    const settle = { script: "settle.sh", timeoutSeconds: READY_SECONDS + 30 + (networkTest?.seconds ?? 0) } as const;
    return new RemoteScript(
        name,
        {
            connection,
            create: settle,
            update: settle,
            repair: repair?.request,
            inputs: {
                NODE_NAME: node.name,
                WAIT_SECONDS: String(READY_SECONDS),
                WAIT_FOR_DNS: String(node.role === "control-plane"),
                ...(networkTest && { ...networkTest.inputs, MACHINES: networkTest.machines }),
            },
        },
        { parent, dependsOn: [registered, network, ...(networkTest?.after ?? [])] },
    );
}

/**
 * kubeadm sets the first taints itself. Where the configuration has any, the control plane is told: it compares with what
 * was declared before, and nothing that the Node says of itself decides. Workers without taints have no such step.
 */
function declareTaints(
    name: string,
    { node, controlPlaneConnection, repair }: SettledNodeArgs,
    opts: pulumi.CustomResourceOptions,
): RemoteScript[] {
    const worker = node.role === "worker";
    if (worker && node.taints.length === 0) return [];
    const declare = { script: "taint.sh", args: [node.name], timeoutSeconds: 120 } as const;
    const step = new RemoteScript(
        name,
        {
            connection: controlPlaneConnection,
            ...(node.taints.length > 0 && { create: declare }),
            update: declare,
            repair: repair?.request,
            // The control plane has one of kubeadm's, so that its step never goes.
            ...(worker && { delete: { ...declare, args: [node.name, "none"], ifPresent: true } }),
            inputs: {
                TAINTS: declaredTaints(node).map(taintText).join("\n"),
                ...(!worker && { FIRST_TAINTS: taintText(CONTROL_PLANE_TAINT) }),
            },
        },
        opts,
    );
    return [step];
}

function setLabels(name: string, { node, machine, repair }: SettledNodeArgs, opts: pulumi.CustomResourceOptions) {
    const annotations = {
        // Left out where nobody asks: then the patch is as it was.
        "kubeadm-cluster/repair": repair?.request as Promise<string>,
        // Another host under this name has a Node of its own, which needs the labels anew.
        "kubeadm-cluster/machine": machine.identity.apply((identity) => identity.split(" ")[0] ?? ""),
        "pulumi.com/patchForce": "true",
    };
    return new kubernetes.core.v1.NodePatch(
        name,
        { metadata: { name: node.name, labels: node.labels, annotations } },
        opts,
    );
}
