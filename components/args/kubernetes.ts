// Made by `npm run schema` from the schema that checks the configuration; do not edit.

import * as pulumi from "@pulumi/pulumi";

/** Address that one of the healthy control plane nodes has, by keepalived on them. VRRP sends their common password in clear text: it keeps mistakes out, not an attacker in the same network. Not beside controlPlaneEndpoint. Default: none. */
export interface KubernetesVipArgs {
    /** IPv4 address in the hosts' own network that no host has. */
    address: pulumi.Input<string>;
    /** Network interface that takes the address. Default: the one with the node's own address. */
    interface?: string;
    /** VRRP's number of this address; no other one in the network may have it. Default: 51. */
    routerId?: number;
}

/** The API server's audit log, in /var/log/kubeadm-cluster/audit on the control plane. */
export interface KubernetesAuditArgs {
    /** none; metadata: who did what to which object; request: also what was sent, except for Secrets and ConfigMaps. Default: none. */
    level?: string;
    /** Days after which a log file is deleted. Default: 30. */
    maxAgeDays?: number;
    /** Log files that are kept. Default: 10. */
    maxFiles?: number;
    /** Size in MB at which the next log file begins. Default: 100. */
    maxMegabytes?: number;
}

/** The API server. */
export interface KubernetesApiServerArgs {
    /** Flags by name, without leading dashes. */
    extraArgs?: { [key: string]: string };
    /** More names and addresses for its certificate. */
    certSANs?: string[];
}

/** The controller manager. */
export interface KubernetesControllerManagerArgs {
    /** Flags by name, without leading dashes. */
    extraArgs?: { [key: string]: string };
}

/** The scheduler. */
export interface KubernetesSchedulerArgs {
    /** Flags by name, without leading dashes. */
    extraArgs?: { [key: string]: string };
}

/** The control plane's certificates, which kubeadm makes for a year. */
export interface KubernetesCertificatesArgs {
    /** Days before their end when the next up renews certificates; 0 = never. Default: 30. */
    renewBefore?: number;
    /** The next up renews certificates that are older than this time. Default: none. */
    issuedAfter?: string;
}

/** Any field of kubeadm's documents, merged over what the program derives. */
export interface KubernetesKubeadmArgs {
    /** A kubeadm.yaml of the form v1beta4, relative to the project's directory, read instead of the below. */
    file?: string;
    /** Fields of InitConfiguration (kubeadm.k8s.io/v1beta4). */
    initConfiguration?: { [key: string]: any };
    /** Fields of ClusterConfiguration (kubeadm.k8s.io/v1beta4). */
    clusterConfiguration?: { [key: string]: any };
    /** Fields of every worker's JoinConfiguration (kubeadm.k8s.io/v1beta4). */
    joinConfiguration?: { [key: string]: any };
    /** The same as kubernetes.kubelet. */
    kubeletConfiguration?: { [key: string]: any };
    /** The same as kubernetes.kubeProxy. */
    kubeProxyConfiguration?: { [key: string]: any };
    /** Patches of what kubeadm writes, by kubeadm's name for their file, TARGET[SUFFIX][+TYPE].yaml or .json; each is the patch itself or the path of its file from the project's directory. TARGET is kube-apiserver, kube-controller-manager, kube-scheduler, etcd, kubeletconfiguration or, from 1.32 on, corednsdeployment; TYPE is strategic, merge or json. In force on every node from init and join on. A changed one is rolled out like a changed flag. */
    patches?: { [key: string]: string };
}

/** Kubernetes itself. */
export interface KubernetesArgs {
    /** Whole version, in quotes; 1.31 or later. Default: v1.32.0. */
    version?: string;
    /** Where kubeadm, kubelet and kubectl come from: binaries, packages of pkgs.k8s.io, or none = they are on the hosts. Default: binaries. */
    install?: string;
    /** Name of the cluster, in kubeadm and in the provider's cluster identifier. Default: kubernetes. */
    clusterName?: string;
    /** HOST or HOST:PORT that stays the API server's for the cluster's life; from another resource HOST alone. Default: a name that every node resolves to the control plane by /etc/hosts. */
    controlPlaneEndpoint?: pulumi.Input<string>;
    /** Address that one of the healthy control plane nodes has, by keepalived on them. VRRP sends their common password in clear text: it keeps mistakes out, not an attacker in the same network. Not beside controlPlaneEndpoint. Default: none. */
    vip?: KubernetesVipArgs;
    /** Addresses of the Pods; fixed once the cluster stands. Default: 10.244.0.0/16. */
    podSubnet?: string;
    /** Addresses of Services; fixed once the cluster stands. Default: 10.96.0.0/12. */
    serviceSubnet?: string;
    /** DNS domain of Services; fixed once the cluster stands. Default: cluster.local. */
    dnsDomain?: string;
    /** Where the control plane's images come from. Default: registry.k8s.io. */
    imageRepository?: string;
    /** Encrypt Secrets in etcd with a key that is in the stack's state alone. Cannot be turned off on a living cluster. Default: true. */
    encryptSecrets?: boolean;
    /** Number of that key. Another number makes another key: every Secret is written again with it, then the former one goes. Not while the control plane has several nodes. Default: 1. */
    encryptionKey?: number;
    /** The API server's audit log, in /var/log/kubeadm-cluster/audit on the control plane. */
    audit?: KubernetesAuditArgs;
    /** The API server. */
    apiServer?: KubernetesApiServerArgs;
    /** The controller manager. */
    controllerManager?: KubernetesControllerManagerArgs;
    /** The scheduler. */
    scheduler?: KubernetesSchedulerArgs;
    /** Fields of KubeletConfiguration (kubelet.config.k8s.io/v1beta1). */
    kubelet?: { [key: string]: any };
    /** What becomes of SELinux on hosts where it enforces its policy: permissive, as kubeadm's guide has it, put back by destroy; or unchanged. Nodes that live with it stay as they are. Default: permissive. */
    selinux?: string;
    /** Kubelets serve with certificates of the cluster's authority, issued for the configured name and address alone, and the API server verifies them. Default: false. */
    servingCertificates?: boolean;
    /** Fields of KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1). */
    kubeProxy?: { [key: string]: any };
    /** The control plane's certificates, which kubeadm makes for a year. */
    certificates?: KubernetesCertificatesArgs;
    /** Any field of kubeadm's documents, merged over what the program derives. */
    kubeadm?: KubernetesKubeadmArgs;
    /** Also write the login user's ~/.kube/config on the control plane. Default: false. */
    userKubeconfig?: boolean;
}
