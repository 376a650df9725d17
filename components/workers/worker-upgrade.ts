import * as pulumi from "@pulumi/pulumi";
import { KubernetesConfig, NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import { kubeletConfiguration } from "../control-plane/kubeadm-config";
import { patchInputs } from "../control-plane/patches";
import type { Repair } from "../repair";

/** Arguments of WorkerUpgrade. */
export interface WorkerUpgradeArgs {
    /** The host as configured. */
    node: NodeConfig;
    /** How the host is reached. May hold secrets. */
    connection: HostConnection;
    /** How the control plane node is reached, from where the worker is drained. May hold secrets. */
    controlPlaneConnection: HostConnection;
    /** Version of Kubernetes and settings of the kubelet. */
    kubernetes: KubernetesConfig;
    /** What comes before: the worker's join, and the upgrade of the node before it. */
    after: pulumi.Resource[];
    /** Why the kubelet's settings are looked at again. Default: nobody asks. */
    repair?: Repair;
}

/**
 * Brings a worker that has joined to another version of Kubernetes, drained before, or to new settings of its kubelet.
 * It dials hosts only when these change, so it costs nothing on the first up. Let each upgrade come after the one before it:
 * then workers change one at a time, and one that fails stops the others. The script says
 * renew: hosts know it by this word.
 */
export class WorkerUpgrade {
    /** The step on the worker, the last one. */
    public readonly done: RemoteScript;

    /** @param parent of its two steps */
    constructor(name: string, args: WorkerUpgradeArgs, parent: pulumi.Resource) {
        const version = { KUBERNETES_VERSION: args.kubernetes.version };
        const drain = new RemoteScript(
            `${name}-drain`,
            {
                connection: args.controlPlaneConnection,
                // A worker whose host is gone has no Node any more.
                update: args.connection.gone
                    ? undefined
                    : { script: "drain-node.sh", args: [args.node.name], timeoutSeconds: 400 },
                inputs: version,
            },
            { parent, dependsOn: args.after },
        );
        this.done = new RemoteScript(
            `${name}-node`,
            {
                connection: args.connection,
                update: { script: "renew-node.sh", args: [args.node.name], timeoutSeconds: 1200 },
                repair: args.repair?.request,
                inputs: {
                    ...version,
                    KUBELET_CONFIGURATION: kubeletConfiguration(args.kubernetes),
                    ...patchInputs(args.kubernetes, "worker"),
                },
            },
            { parent, dependsOn: drain },
        );
    }
}
