import * as pulumi from "@pulumi/pulumi";
import { nodeAddress, NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import { JoinToken } from "../control-plane/join-token";
import { Endpoint, joinConfiguration } from "../control-plane/kubeadm-config";
import type { PatchInputs } from "../control-plane/patches";
import { Machine } from "../hosts/machine";
import type { Repair } from "../repair";
import { FirstControlPlaneNode } from "../control-plane/first-control-plane-node";

/** Arguments of WorkerNode. */
export interface WorkerNodeArgs {
    /** The prepared host. */
    machine: Machine;
    /** The host as configured. */
    node: NodeConfig;
    /** How the host is reached. May hold secrets. */
    connection: HostConnection;
    /** The control plane that the host joins. */
    controlPlane: FirstControlPlaneNode;
    /** How the control plane node is reached. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** The control plane endpoint. */
    endpoint: Endpoint;
    /** Fields that are merged over the host's JoinConfiguration. Default: none. */
    joinConfiguration?: Record<string, unknown>;
    /** kubeadm's patches of the worker's kubelet, or where they are on the host. Default: none. */
    patches?: PatchInputs;
    /** Why the node's steps look at everything again. Default: nobody asks. */
    repair?: Repair;
}

/** A worker of the cluster, made by `kubeadm join` with a token of its own and the certificate authority pinned. */
export class WorkerNode extends pulumi.ComponentResource {
    /** The worker's bootstrap token and place in the cluster. */
    public readonly joinToken: JoinToken;
    /** kubeadm join. */
    public readonly join: RemoteScript;

    constructor(name: string, args: WorkerNodeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:node:WorkerNode", name, {}, opts);
        this.joinToken = new JoinToken(
            `${name}-token`,
            {
                nodeName: args.node.name,
                nodeAddress: nodeAddress(args.node),
                machineIdentity: args.machine.identity,
                controlPlaneConnection: args.controlPlaneConnection,
                reset: args.machine.reset,
                gone: args.connection.gone,
                repair: args.repair?.request,
            },
            { parent: this, dependsOn: [args.machine.reset, args.machine.prepare, args.controlPlane.reconfigure] },
        );
        const join = { script: "join.sh", timeoutSeconds: 600 } as const;
        this.join = new RemoteScript(
            `${name}-join`,
            {
                connection: args.connection,
                create: join,
                update: join,
                repair: args.repair?.request,
                inputs: {
                    ...args.patches,
                    NODE_NAME: args.node.name,
                    JOIN_CONFIGURATION: pulumi
                        .all([this.joinToken.token, args.controlPlane.caCertHash])
                        .apply(([token, caCertHash]) =>
                            joinConfiguration(args.node, args.endpoint, { token, caCertHash }, args.joinConfiguration),
                        ),
                },
            },
            { parent: this, dependsOn: this.joinToken.admission },
        );
        this.registerOutputs({ repair: args.repair?.kept });
    }
}
