import { z } from "zod";
import { storageSchema } from "./storage-schema";
import { dashboard, metrics } from "./add-ons-schema";
import { identity, registryHost, url } from "./fields";
import { kubernetes } from "./kubernetes-schema";
import { network } from "./network-schema";
import { node, ssh, taint } from "./node-schema";
import { containerRuntime, packageMirrors, proxy } from "./package-sources";

const mirrors = z.strictObject({
    binaries: url.default("https://dl.k8s.io").describe("Base address of VERSION/bin/linux/ARCH/NAME and NAME.sha256."),
    cniPlugins: url
        .default("https://github.com/containernetworking/plugins/releases/download")
        .describe("Base address of VERSION/cni-plugins-linux-ARCH-VERSION.tgz and .sha256."),
    cniPluginsVersion: z
        .string()
        .regex(/^v\d+\.\d+\.\d+$/, "must be a whole version, such as v1.6.2")
        .default("v1.6.2")
        .describe("Version of the CNI plug-ins."),
    registries: z
        .record(registryHost, z.array(url).min(1))
        .default({})
        .describe("Image registry to its mirrors, tried in order: registry.k8s.io: [http://10.0.0.5:5000]."),
    sums: z
        .record(
            z
                .string()
                .regex(
                    /^(kubeadm|kubelet|kubectl|cni-plugins|containerd|runc) v\d+\.\d+\.\d+ (amd64|arm64)$/,
                    "must be NAME VERSION ARCH, such as kubeadm v1.32.0 amd64; names are kubeadm, kubelet, kubectl, cni-plugins, containerd, runc",
                ),
            z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 of 64 lower-case hexadecimal digits"),
        )
        .default({})
        .describe(
            "SHA-256 of programs by NAME VERSION ARCH, whatever the mirror says of them: kubeadm v1.32.0 amd64: '...'. Of containerd and the CNI plug-ins, that of the archive.",
        ),
    pinned: z
        .boolean()
        .default(true)
        .describe(
            "Hold the releases that the project knows to their publishers' sums, wherever they come from; false for a mirror of own builds.",
        ),
    ...packageMirrors,
});

/**
 * The stack's configuration: types, defaults, messages and documentation in one place. Keys are those of
 * `kubeadm-cluster:` in Pulumi.STACK.yaml. After a change: `npm run schema`.
 */
export const clusterConfigSchema = z.strictObject({
    nodes: z.array(node).min(1, "must name at least the control plane").describe("The hosts of the cluster."),
    ssh: ssh.prefault({}).describe("How the hosts are reached; a node's own ssh wins."),
    kubernetes: kubernetes.prefault({}).describe("Kubernetes itself."),
    network: network.prefault({ addOn: "weave" }).describe("The pod network. Default: Weave Net."),
    storage: storageSchema.prefault({ addOn: "none" }).describe("Rook and Ceph, see storage.md. Default: none."),
    metrics: metrics.prefault({}).describe("CPU and memory of nodes and Pods, for kubectl top and autoscalers."),
    dashboard: dashboard.prefault({}).describe("A web interface."),
    mirrors: mirrors.prefault({}).describe("Where binaries and images come from."),
    containerRuntime: containerRuntime.prefault({}).describe("Where containerd comes from, and its settings."),
    identity: identity
        .optional()
        .describe(
            "Identity of the stack that the hosts belong to, to take them over where its state is lost; hosts that belong to another one refuse and name theirs. Default: one that the stack makes.",
        ),
    proxy: proxy.prefault({}).describe("What the hosts reach package sources and image registries through."),
});

/** A validated configuration: plain data, all defaults filled in, no secret. */
export type ClusterConfig = z.output<typeof clusterConfigSchema>;
/** One host of the cluster. */
export type NodeConfig = ClusterConfig["nodes"][number];
/** How hosts are reached. */
export type SshConfig = ClusterConfig["ssh"];
/** Kubernetes itself: version, subnets, settings of its components. */
export type KubernetesConfig = ClusterConfig["kubernetes"];
/** When the control plane's certificates are renewed. */
export type CertificatesConfig = KubernetesConfig["certificates"];
/** The pod network and its settings. */
export type NetworkConfig = ClusterConfig["network"];
/** Where programs, packages and images come from. */
export type MirrorsConfig = ClusterConfig["mirrors"];
/** Where containerd comes from, and its settings. */
export type ContainerRuntimeConfig = ClusterConfig["containerRuntime"];
/** The proxy through which hosts reach package sources and image registries. */
export type ProxyConfig = ClusterConfig["proxy"];
/** A taint as in the Kubernetes API. */
export type Taint = z.output<typeof taint>;

/** Secret keys, each a text of its own, so that nothing that is printed or validated ever holds one. */
export const SECRETS = {
    sshPrivateKey: "Private key that opens the hosts.",
    sshPrivateKeyPassword: "Passphrase of that key.",
    sshPassword: "Password of the login user, instead of a key.",
    bastionPrivateKey: "Private key that opens the bastion. Default: sshPrivateKey.",
    bastionPrivateKeyPassword: "Passphrase of the bastion's own key.",
    proxyCredentials: "USER:PASSWORD for the proxy.",
    weavePassword: "Encrypts Weave's traffic between nodes; 9 characters or more. Default: not encrypted.",
} as const;

/** The names of the secret keys. */
export const SECRET_KEYS = Object.keys(SECRETS) as (keyof typeof SECRETS)[];
