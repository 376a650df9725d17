// Made by `npm run schema` from the schema that checks the configuration; do not edit.

import * as pulumi from "@pulumi/pulumi";

/** Host through which the nodes are reached; one hop. */
export interface NodeSshBastionArgs {
    /** Its address or DNS name. */
    host: pulumi.Input<string>;
    /** Login user; any but root needs passwordless sudo. Default: root. */
    user?: string;
    /** TCP port. Default: 22. */
    port?: number;
    /** Public host key as in /etc/ssh/ssh_host_ed25519_key.pub; ssh-rsa is refused, for hosts do not offer it any more. Without it the host is not verified. */
    hostKey?: pulumi.Input<string>;
}

/** Settings of this host that differ from the stack's ssh. */
export interface NodeSshArgs {
    /** Login user; any but root needs passwordless sudo. Default: root. */
    user?: string;
    /** TCP port. Default: 22. */
    port?: number;
    /** Public host key as in /etc/ssh/ssh_host_ed25519_key.pub; ssh-rsa is refused, for hosts do not offer it any more. Without it the host is not verified. */
    hostKey?: pulumi.Input<string>;
    /** How long to wait for a host's first answer, seconds. Default: 120. */
    waitSeconds?: number;
    /** Use the SSH agent of the machine that runs Pulumi (SSH_AUTH_SOCK). Default: false. */
    agent?: boolean;
    /** Host through which the nodes are reached; one hop. */
    bastion?: NodeSshBastionArgs;
}

/** An entry of nodes[].taints[]. */
export interface NodeTaintArgs {
    /** Its key, such as gpu or example.com/gpu. */
    key: string;
    /** Its value. Default: none. */
    value?: string;
    /** What happens to Pods that do not tolerate it. One of: NoSchedule, PreferNoSchedule, NoExecute. */
    effect: string;
}

/** An entry of nodes[]. */
export interface NodeArgs {
    /** Name of the node; it never changes. */
    name: string;
    /** What kubeadm makes of the host; 1, 3 or 5 are control-plane, and the first of them stays the first. */
    role: string;
    /** IP address or DNS name where SSH answers. */
    address: pulumi.Input<string>;
    /** IPv4 address that the nodes use among themselves. Default: address. */
    internalAddress?: pulumi.Input<string>;
    /** Public host key as in /etc/ssh/ssh_host_ed25519_key.pub; ssh-rsa is refused, for hosts do not offer it any more. Without it the host is not verified. */
    hostKey?: pulumi.Input<string>;
    /** Settings of this host that differ from the stack's ssh. */
    ssh?: NodeSshArgs;
    /** Control plane only: true removes its taint, so that it takes ordinary Pods. Default: false. */
    schedulable?: boolean;
    /** Its host is lost; not for the first control plane node. The node leaves the cluster and the host is not dialled any more. Default: false. */
    gone?: boolean;
    /** Raise it by one to have every step of this host look at everything again and mend it; npm run verify names the command. Default: none. */
    repair?: number;
    /** Labels of the Node; removed here, removed there. */
    labels?: { [key: string]: string };
    /** Taints of the Node, beside those that Kubernetes sets itself. */
    taints?: NodeTaintArgs[];
    /** Where kubeadm, kubelet and kubectl of this host come from. Default: kubernetes.install. One of: binaries, packages, none. */
    install?: string;
}
