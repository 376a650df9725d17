import * as pulumi from "@pulumi/pulumi";
import { ClusterConfig, NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import { kubeletConfiguration } from "./kubeadm-config";

/** Arguments of WorkerRenewal. */
export interface WorkerRenewalArgs {
    /** The host as configured. */
    node: NodeConfig;
    /** How the host is reached. May hold secrets. */
    connection: HostConnection;
    /** The cluster's configuration: the kubelet's settings are taken from it. */
    config: ClusterConfig;
}

/**
 * Brings a worker that has joined to new settings of its kubelet. It dials the host only when they change, so it
 * costs nothing on the first up. Let each renewal depend on the one before it: then workers change one at a time, and
 * one that fails stops the others.
 */
export class WorkerRenewal extends pulumi.ComponentResource {
    constructor(name: string, args: WorkerRenewalArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:node:WorkerRenewal", name, {}, opts);
        new RemoteScript(
            `${name}-node`,
            {
                connection: args.connection,
                update: { script: "renew-node.sh", args: [args.node.name], timeoutSeconds: 600 },
                inputs: { KUBELET_CONFIGURATION: kubeletConfiguration(args.config) },
            },
            // Not inherited from the component in the state.
            { parent: this, dependsOn: opts?.dependsOn },
        );
        this.registerOutputs({});
    }
}
