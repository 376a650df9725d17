// Made by `npm run schema` from the schema that checks the configuration; do not edit.

import * as pulumi from "@pulumi/pulumi";
import { NodeArgs } from "./nodes";
import { SshArgs } from "./ssh";
import { KubernetesArgs } from "./kubernetes";
import { NetworkArgs } from "./network";
import { StorageArgs } from "./storage";
import { MetricsArgs } from "./metrics";
import { DashboardArgs } from "./dashboard";
import { MirrorsArgs } from "./mirrors";
import { ContainerRuntimeArgs } from "./container-runtime";
import { ProxyArgs } from "./proxy";

/** Arguments of KubeadmCluster. */
export interface KubeadmClusterArgs {
    /** The hosts of the cluster. */
    nodes: NodeArgs[];
    /** How the hosts are reached; a node's own ssh wins. */
    ssh?: SshArgs;
    /** Kubernetes itself. */
    kubernetes?: KubernetesArgs;
    /** The pod network. Default: Weave Net. */
    network?: NetworkArgs;
    /** Rook and Ceph, see storage.md. Default: none. */
    storage?: StorageArgs;
    /** CPU and memory of nodes and Pods, for kubectl top and autoscalers. */
    metrics?: MetricsArgs;
    /** A web interface. */
    dashboard?: DashboardArgs;
    /** Where binaries and images come from. */
    mirrors?: MirrorsArgs;
    /** Where containerd comes from, and its settings. */
    containerRuntime?: ContainerRuntimeArgs;
    /** Identity of the stack that the hosts belong to, to take them over where its state is lost; hosts that belong to another one refuse and name theirs. Default: one that the stack makes. */
    identity?: string;
    /** What the hosts reach package sources and image registries through. */
    proxy?: ProxyArgs;
    /** Private key that opens the hosts. Secret. */
    sshPrivateKey?: pulumi.Input<string>;
    /** Passphrase of that key. Secret. */
    sshPrivateKeyPassword?: pulumi.Input<string>;
    /** Password of the login user, instead of a key. Secret. */
    sshPassword?: pulumi.Input<string>;
    /** Private key that opens the bastion. Default: sshPrivateKey. Secret. */
    bastionPrivateKey?: pulumi.Input<string>;
    /** Passphrase of the bastion's own key. Secret. */
    bastionPrivateKeyPassword?: pulumi.Input<string>;
    /** USER:PASSWORD for the proxy. Secret. */
    proxyCredentials?: pulumi.Input<string>;
    /** Encrypts Weave's traffic between nodes; 9 characters or more. Default: not encrypted. Secret. */
    weavePassword?: pulumi.Input<string>;
}
