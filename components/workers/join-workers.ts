import * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, controlPlaneEndpoint } from "../control-plane";
import { patchInputs } from "../control-plane/patches";
import { Host, JoinedHost } from "../hosts/host";
import { WorkerNode } from "./worker-node";
import { WorkerUpgrade } from "./worker-upgrade";

/**
 * Workers join all at once. Those that have joined take new versions and settings one after the other, after the control
 * plane.
 */
export function joinWorkers(
    name: string,
    args: ControlPlane & { workers: Host[]; after: pulumi.Resource },
    opts: pulumi.ComponentResourceOptions,
): JoinedHost[] {
    const { controlPlane, firstHost, kubeadm } = args;
    const controlPlaneConnection = firstHost.connection;
    const { kubernetes } = kubeadm;
    const patches = patchInputs(kubernetes, "worker");
    const endpoint = controlPlaneEndpoint(kubeadm);
    let changed = args.after;
    return args.workers.map((host) => {
        const { node, connection, repair } = host;
        const { joinConfiguration } = kubernetes.kubeadm;
        const worker = new WorkerNode(
            `${name}-${node.name}-worker`,
            { ...host, controlPlane, controlPlaneConnection, endpoint, joinConfiguration, patches },
            opts,
        );
        const upgrade = new WorkerUpgrade(
            `${name}-${node.name}-worker-upgrade`,
            { node, connection, controlPlaneConnection, kubernetes, after: [worker.join, changed], repair },
            worker,
        );
        changed = upgrade.done;
        return { ...host, registered: worker.join, component: worker };
    });
}
