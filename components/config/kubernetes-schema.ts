import { z } from "zod";
import { isVersion } from "../releases/version";
import { certificateName, cidr, dnsDomain, dnsName, endpoint, flags, imageRepository, install, ipv4 } from "./fields";

const component = z.strictObject({ extraArgs: flags.default({}).describe("Flags by name, without leading dashes.") });

// A time without quotes is a timestamp of YAML, which Pulumi writes in Go's way.
const time = z
    .string()
    .regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z| \+0000 UTC)$/, "must be a time such as 2026-11-23T08:00:00Z")
    .transform((text) => `${text.slice(0, 10)}T${text.slice(11, 19)}Z`);

const document = z.record(z.string(), z.unknown()).default({});
const kubeadm = z.strictObject({
    file: z
        .string()
        .min(1)
        .optional()
        .describe(
            "A kubeadm.yaml of the form v1beta4, relative to the project's directory, read instead of the below.",
        ),
    initConfiguration: document.describe("Fields of InitConfiguration (kubeadm.k8s.io/v1beta4)."),
    clusterConfiguration: document.describe("Fields of ClusterConfiguration (kubeadm.k8s.io/v1beta4)."),
    joinConfiguration: document.describe("Fields of every worker's JoinConfiguration (kubeadm.k8s.io/v1beta4)."),
    kubeletConfiguration: document.describe("The same as kubernetes.kubelet."),
    kubeProxyConfiguration: document.describe("The same as kubernetes.kubeProxy."),
    patches: z
        .record(z.string(), z.string("must be the text of a patch in quotes, or the path of its file"))
        .default({})
        .describe(
            "Patches of what kubeadm writes, by kubeadm's name for their file, TARGET[SUFFIX][+TYPE].yaml or .json; each is the patch itself or the path of its file from the project's directory. TARGET is kube-apiserver, kube-controller-manager, kube-scheduler, etcd, kubeletconfiguration or, from 1.32 on, corednsdeployment; TYPE is strategic, merge or json. In force on every node from init and join on. A changed one is rolled out like a changed flag.",
        ),
});

const vip = z.strictObject({
    address: ipv4.describe("IPv4 address in the hosts' own network that no host has."),
    interface: z
        .string()
        .regex(/^[A-Za-z0-9._@-]{1,15}$/, "must be the name of a network interface, such as eth0")
        .optional()
        .describe("Network interface that takes the address. Default: the one with the node's own address."),
    routerId: z
        .int()
        .min(1)
        .max(255)
        .default(51)
        .describe("VRRP's number of this address; no other one in the network may have it."),
});

/** Kubernetes itself: versions, subnets, components. */
export const kubernetes = z.strictObject({
    version: z
        .string("must be a version in quotes, such as '1.32.0'")
        .regex(/^v?\d+\.\d+\.\d+$/, "must be a whole version, such as 1.32.0")
        .refine(isVersion, {
            error: "must be a whole version, such as 1.32.0",
            when: ({ issues }) => issues.length === 0,
        })
        .transform((text) => text.replace(/^v?/, "v"))
        .default("v1.32.0")
        .describe("Whole version, in quotes; 1.31 or later."),
    install: install
        .default("binaries")
        .describe(
            "Where kubeadm, kubelet and kubectl come from: binaries, packages of pkgs.k8s.io, or none = they are on the hosts.",
        ),
    clusterName: dnsName
        .default("kubernetes")
        .describe("Name of the cluster, in kubeadm and in the provider's cluster identifier."),
    controlPlaneEndpoint: endpoint
        .optional()
        .describe(
            "HOST or HOST:PORT that stays the API server's for the cluster's life; from another resource HOST alone. Default: a name that every node resolves to the control plane by /etc/hosts.",
        ),
    vip: vip
        .optional()
        .describe(
            "Address that one of the healthy control plane nodes has, by keepalived on them. VRRP sends their common password in clear text: it keeps mistakes out, not an attacker in the same network. Not beside controlPlaneEndpoint. Default: none.",
        ),
    podSubnet: cidr.default("10.244.0.0/16").describe("Addresses of the Pods; fixed once the cluster stands."),
    serviceSubnet: cidr.default("10.96.0.0/12").describe("Addresses of Services; fixed once the cluster stands."),
    dnsDomain: dnsDomain.default("cluster.local").describe("DNS domain of Services; fixed once the cluster stands."),
    imageRepository: imageRepository.default("registry.k8s.io").describe("Where the control plane's images come from."),
    encryptSecrets: z
        .boolean()
        .default(true)
        .describe(
            "Encrypt Secrets in etcd with a key that is in the stack's state alone. Cannot be turned off on a living cluster.",
        ),
    encryptionKey: z
        .int()
        .min(1)
        .default(1)
        .describe(
            "Number of that key. Another number makes another key: every Secret is written again with it, then the former one goes. Not while the control plane has several nodes.",
        ),
    audit: z
        .strictObject({
            level: z
                .enum(["none", "metadata", "request"])
                .default("none")
                .describe(
                    "none; metadata: who did what to which object; request: also what was sent, except for Secrets and ConfigMaps.",
                ),
            maxAgeDays: z.int().min(1).default(30).describe("Days after which a log file is deleted."),
            maxFiles: z.int().min(1).default(10).describe("Log files that are kept."),
            maxMegabytes: z.int().min(1).default(100).describe("Size in MB at which the next log file begins."),
        })
        .prefault({})
        .describe("The API server's audit log, in /var/log/kubeadm-cluster/audit on the control plane."),
    apiServer: component
        .extend({
            certSANs: z.array(certificateName).default([]).describe("More names and addresses for its certificate."),
        })
        .prefault({})
        .describe("The API server."),
    controllerManager: component.prefault({}).describe("The controller manager."),
    scheduler: component.prefault({}).describe("The scheduler."),
    kubelet: z
        .record(z.string(), z.unknown())
        .default({})
        .describe("Fields of KubeletConfiguration (kubelet.config.k8s.io/v1beta1)."),
    selinux: z
        .enum(["permissive", "unchanged"])
        .default("permissive")
        .describe(
            "What becomes of SELinux on hosts where it enforces its policy: permissive, as kubeadm's guide has it, put back by destroy; or unchanged. Nodes that live with it stay as they are.",
        ),
    servingCertificates: z
        .boolean()
        .default(false)
        .describe(
            "Kubelets serve with certificates of the cluster's authority, issued for the configured name and address alone, and the API server verifies them.",
        ),
    kubeProxy: z
        .record(z.string(), z.unknown())
        .default({})
        .describe("Fields of KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1)."),
    certificates: z
        .strictObject({
            renewBefore: z
                .int()
                .min(0)
                .max(300)
                .default(30)
                .describe("Days before their end when the next up renews certificates; 0 = never."),
            issuedAfter: time
                .refine(
                    (text) => Date.parse(text) <= Date.now(),
                    "must not lie in the future: write the time it is now",
                )
                .optional()
                .describe("The next up renews certificates that are older than this time. Default: none."),
        })
        .prefault({})
        .describe("The control plane's certificates, which kubeadm makes for a year."),
    kubeadm: kubeadm.prefault({}).describe("Any field of kubeadm's documents, merged over what the program derives."),
    userKubeconfig: z
        .boolean()
        .default(false)
        .describe("Also write the login user's ~/.kube/config on the control plane."),
});
