import { z } from "zod";
import { storageSchema } from "../storage/schema";

const ipv4 = z.ipv4("must be an IPv4 address");
const cidr = z.cidrv4("must be an IPv4 range in CIDR form, such as 10.244.0.0/16");
const dnsLabel = z
    .string()
    .regex(
        /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/,
        "must be a DNS name of lower-case letters, digits, '-' and '.', at most 63 long",
    );
const url = z
    .url({ protocol: /^https?$/, error: "must be an http or https address" })
    .transform((text) => text.replace(/\/+$/, ""));
const flags = z.record(z.string(), z.string("must be a text in quotes"));
const port = z.int().min(1).max(65535);

const sshFields = {
    user: z.string().min(1).optional().describe("Login user; any but root needs passwordless sudo. Default root."),
    port: port.optional().describe("TCP port. Default 22."),
    hostKey: z
        .string()
        .regex(
            /^(ssh-\S+|ecdsa-\S+|sk-\S+) [A-Za-z0-9+/=]+/,
            "must be a public host key, such as 'ssh-ed25519 AAAA...'",
        )
        .optional()
        .describe("Public host key as in /etc/ssh/ssh_host_ed25519_key.pub. Without it the host is not verified."),
};

const bastion = z.strictObject({ host: z.string().min(1), ...sshFields });

const ssh = z.strictObject({
    ...sshFields,
    waitSeconds: z
        .int()
        .min(1)
        .max(3600)
        .optional()
        .describe("How long to wait for a host's first answer, seconds. Default 120."),
    agent: z
        .boolean()
        .optional()
        .describe("Use the SSH agent of the machine that runs Pulumi (SSH_AUTH_SOCK). Default false."),
    bastion: bastion.optional().describe("Host through which the nodes are reached; one hop."),
});

const taint = z.strictObject({
    key: z.string().min(1),
    value: z.string().optional(),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const node = z.strictObject({
    name: dnsLabel.describe("Name of the node; it never changes."),
    role: z.enum(["control-plane", "worker"]),
    address: z.string().min(1).describe("IP address or DNS name where SSH answers."),
    internalAddress: ipv4.optional().describe("IPv4 address that the nodes use among themselves. Default: address."),
    hostKey: sshFields.hostKey,
    ssh: ssh.partial().optional().describe("Settings of this host that differ from the stack's ssh."),
    schedulable: z
        .boolean()
        .optional()
        .describe("Control plane only: true removes its taint, so that it takes ordinary Pods. Default false."),
    labels: z.record(z.string(), z.string()).default({}),
    taints: z.array(taint).default([]),
});

const component = z.strictObject({ extraArgs: flags.default({}).describe("Flags by name, without leading dashes.") });

const kubernetes = z.strictObject({
    version: z
        .string("must be a version in quotes, such as '1.32.0'")
        .regex(/^v?\d+\.\d+\.\d+$/, "must be a whole version, such as 1.32.0")
        .transform((text) => text.replace(/^v?/, "v"))
        .default("v1.32.0"),
    clusterName: dnsLabel
        .default("kubernetes")
        .describe("Name of the cluster, in kubeadm and in the provider's cluster identifier."),
    controlPlaneEndpoint: z
        .string()
        .regex(/^[A-Za-z0-9.-]+(:\d+)?$/, "must be HOST or HOST:PORT")
        .optional()
        .describe(
            "Stable address of the API server. Default: a name that every node resolves to the control plane by /etc/hosts.",
        ),
    podSubnet: cidr.default("10.244.0.0/16"),
    serviceSubnet: cidr.default("10.96.0.0/12"),
    dnsDomain: z.string().min(1).default("cluster.local"),
    imageRepository: z
        .string()
        .min(1)
        .default("registry.k8s.io")
        .describe("Where the control plane's images come from."),
    apiServer: component
        .extend({ certSANs: z.array(z.string()).default([]).describe("More names and addresses for its certificate.") })
        .prefault({}),
    controllerManager: component.prefault({}),
    scheduler: component.prefault({}),
    kubelet: z
        .record(z.string(), z.unknown())
        .default({})
        .describe("Fields of KubeletConfiguration (kubelet.config.k8s.io/v1beta1)."),
    kubeProxy: z
        .record(z.string(), z.unknown())
        .default({})
        .describe("Fields of KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1)."),
    userKubeconfig: z
        .boolean()
        .default(false)
        .describe("Also write the login user's ~/.kube/config on the control plane."),
});

const digest = z.string();
const network = z.discriminatedUnion("addOn", [
    z.strictObject({
        addOn: z.literal("weave"),
        mtu: z.int().optional(),
        connLimit: z.int().optional(),
        noMasqLocal: z.boolean().optional(),
        imageRegistry: z.string().optional(),
        digests: z.strictObject({ kube: digest.optional(), npc: digest.optional() }).optional(),
    }),
    z.strictObject({
        addOn: z.literal("flannel"),
        backend: z.enum(["vxlan", "host-gw"]).optional(),
        mtu: z.int().optional(),
        vni: z.int().optional(),
        port: port.optional(),
        directRouting: z.boolean().optional(),
        imageRegistry: z.string().optional(),
        digests: z.strictObject({ flannel: digest.optional(), cniPlugin: digest.optional() }).optional(),
    }),
    z.strictObject({ addOn: z.literal("none") }),
]);

const mirrors = z.strictObject({
    binaries: url.default("https://dl.k8s.io").describe("Base address of VERSION/bin/linux/ARCH/NAME and NAME.sha256."),
    cniPlugins: url
        .default("https://github.com/containernetworking/plugins/releases/download")
        .describe("Base address of VERSION/cni-plugins-linux-ARCH-VERSION.tgz and .sha256."),
    cniPluginsVersion: z
        .string()
        .regex(/^v\d+\.\d+\.\d+$/)
        .default("v1.6.2"),
    registries: z
        .record(z.string(), z.array(url).min(1))
        .default({})
        .describe("Image registry to its mirrors, tried in order."),
});

const containerRuntime = z.strictObject({
    restrictOomScoreAdj: z
        .boolean()
        .default(false)
        .describe("For hosts that lack CAP_SYS_RESOURCE, such as containers."),
});

/** The stack's configuration: types, defaults and messages in one place. Keys are those of `kubeadm-cluster:` in Pulumi.STACK.yaml. */
export const clusterConfigSchema = z.strictObject({
    nodes: z.array(node).min(1, "must name at least the control plane"),
    ssh: ssh.prefault({}),
    kubernetes: kubernetes.prefault({}),
    network: network.prefault({ addOn: "weave" }),
    storage: storageSchema.prefault({ addOn: "none" }),
    mirrors: mirrors.prefault({}),
    containerRuntime: containerRuntime.prefault({}),
});

/** A validated configuration: plain data, all defaults filled in, no secret. */
export type ClusterConfig = z.output<typeof clusterConfigSchema>;
/** One host of the cluster. */
export type NodeConfig = ClusterConfig["nodes"][number];
/** A taint as in the Kubernetes API. */
export type Taint = z.output<typeof taint>;

/** Secret keys; each stands on its own, so that nothing that is printed or validated ever holds one. */
export const SECRET_KEYS = [
    "sshPrivateKey",
    "sshPrivateKeyPassword",
    "sshPassword",
    "bastionPrivateKey",
    "weavePassword",
] as const;
