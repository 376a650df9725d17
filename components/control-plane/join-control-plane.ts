import * as pulumi from "@pulumi/pulumi";
import { Host } from "../hosts/host";
import { ControlPlaneNode } from "./control-plane-node";
import { FirstControlPlaneNode } from "./first-control-plane-node";
import { KubeadmConfig } from "./kubeadm-config";

/** The control plane that hosts join. */
export interface ControlPlane {
    /** Its first node. */
    controlPlane: FirstControlPlaneNode;
    /** The host of that one. */
    firstHost: Host;
    /** What kubeadm's documents are made of. */
    kubeadm: KubeadmConfig;
}

/** Further nodes of the control plane join one after the other, and change one after the other. */
export function joinControlPlane(
    name: string,
    args: ControlPlane & { others: Host[] },
    opts: pulumi.ComponentResourceOptions,
): { host: Host; node: ControlPlaneNode }[] {
    const { controlPlane, firstHost, kubeadm } = args;
    const { node: first, connection: controlPlaneConnection } = firstHost;
    let before: FirstControlPlaneNode | ControlPlaneNode = controlPlane;
    return args.others.map((host) => {
        const node: ControlPlaneNode = new ControlPlaneNode(
            `${name}-${host.node.name}-control-plane`,
            { ...host, ...kubeadm, controlPlane, first, controlPlaneConnection, before },
            opts,
        );
        before = node;
        return { host, node };
    });
}
