import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import { NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import { CONTROL_PLANE_TAINT, declaredTaints, taintText } from "../control-plane/kubeadm-config";
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
    masterConnection: HostConnection;
    /** The step that made the host a node: init or join. */
    registered: RemoteScript;
    /** The network add-on, without which no node becomes Ready. Undefined = the user brings one; nothing is awaited. */
    network?: pulumi.Resource;
}

/** A node that is Ready, with the labels and taints of the configuration. */
export class SettledNode extends pulumi.ComponentResource {
    /** The node's name, once it is Ready. */
    public readonly nodeName: pulumi.Output<string>;

    constructor(name: string, args: SettledNodeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:node:SettledNode", name, {}, opts);
        const { node, connection } = args;
        const taints = declaredTaints(node).map(taintText);

        // kubeadm sets the first taints itself. Where the configuration has any, the control plane is told: it compares
        // with what was declared before, and nothing that the Node says of itself decides. Others dial nothing here.
        const declare = { script: "taint.sh", args: [node.name], timeoutSeconds: 120 } as const;
        const taint = new RemoteScript(
            `${name}-taints`,
            {
                connection: args.masterConnection,
                ...(node.taints.length > 0 && { create: declare }),
                update: declare,
                inputs: {
                    TAINTS: taints.join("\n"),
                    ...(node.role === "control-plane" && { FIRST_TAINTS: taintText(CONTROL_PLANE_TAINT) }),
                },
            },
            { parent: this, dependsOn: args.registered },
        );
        new kubernetes.core.v1.NodePatch(
            `${name}-settings`,
            {
                metadata: {
                    name: node.name,
                    labels: node.labels,
                    annotations: {
                        // Another host under this name has a Node of its own, which needs the labels anew.
                        "kubeadm-cluster/machine": args.machine.identity.apply(
                            (identity) => identity.split(" ")[0] ?? "",
                        ),
                        "pulumi.com/patchForce": "true",
                    },
                },
            },
            {
                parent: this,
                dependsOn: [taint, args.registered],
                deletedWith: args.registered,
                // Taking it back would make the Node of a host that is gone anew, empty.
                retainOnDelete: true,
            },
        );
        if (args.network) {
            const settle = { script: "settle.sh", timeoutSeconds: READY_SECONDS + 30 } as const;
            const ready = new RemoteScript(
                `${name}-ready`,
                {
                    connection,
                    create: settle,
                    update: settle,
                    inputs: {
                        NODE_NAME: node.name,
                        WAIT_SECONDS: String(READY_SECONDS),
                        WAIT_FOR_DNS: String(node.role === "control-plane"),
                    },
                },
                { parent: this, dependsOn: [args.registered, args.network] },
            );
            this.nodeName = ready.id.apply(() => node.name);
        } else {
            this.nodeName = args.registered.id.apply(() => node.name);
        }
        this.registerOutputs({ nodeName: this.nodeName });
    }
}
