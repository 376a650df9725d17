import { yamlText } from "../config/yaml-text";
import { durationSeconds, KubernetesConfig, mergeFields, nodeAddress, NodeConfig, Taint } from "../config";
import { type ApiServer, withApiServerFiles } from "./api-server-files";
import { etcdInputs } from "./etcd-directory";
import { patchInputs, withoutPatches } from "./patches";

const CRI_SOCKET = "unix:///var/run/containerd/containerd.sock";
const API_PORT = 6443;
/** The cluster's certificate authority, where the API server's Pod sees it too. */
const CLUSTER_CA = "/etc/kubernetes/pki/ca.crt";
/** Where reconfigure.sh has kubeadm make a certificate of the API server, beside the one that is in use. */
const NEW_CERTIFICATES = "/run/kubeadm-cluster-api-certificate";
/** What kubeadm keeps Pods off a node of the control plane with. */
export const CONTROL_PLANE_TAINT: Taint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };

/** Kubernetes' own node-monitor-grace-period since 1.32, in seconds; below it the kubelets' leases are shortened. */
const DEFAULT_GRACE_SECONDS = 50;

/** What kubeadm's documents are made of. */
export interface KubeadmConfig {
    /** Version, subnets and settings of Kubernetes' components. */
    kubernetes: KubernetesConfig;
    /** The hosts of the cluster, in the order of the configuration. */
    nodes: NodeConfig[];
}

/** Where the API server is reached. */
export interface Endpoint {
    host: string;
    port: number;
    /** True when the name is the program's own, which every node resolves by /etc/hosts. */
    ownName: boolean;
    /** IPv4 address that a name of the program's own stands for: the virtual one, or that of the only control plane node. */
    address?: string;
}

/** The control plane's nodes in the order of the configuration. The first makes the cluster, the others join it. */
export function controlPlaneNodes(nodes: NodeConfig[]): NodeConfig[] {
    return nodes.filter(({ role }) => role === "control-plane");
}

/** The control plane endpoint: as configured, or a name of the program's own, so that control plane nodes can be added later. */
export function controlPlaneEndpoint({ kubernetes, nodes }: KubeadmConfig): Endpoint {
    const given = kubernetes.controlPlaneEndpoint;
    if (given === undefined) {
        const [first] = controlPlaneNodes(nodes);
        const address = kubernetes.vip?.address ?? (first && nodeAddress(first));
        return { host: `api.${kubernetes.clusterName}.internal`, port: API_PORT, ownName: true, address };
    }
    const [host = "", port] = given.split(":");
    return { host, port: port === undefined ? API_PORT : Number(port), ownName: false };
}

/** Addresses of the control plane's other nodes, apart by spaces. */
export function otherControlPlaneAddresses(nodes: NodeConfig[], node: NodeConfig): string {
    return controlPlaneNodes(nodes)
        .filter(({ name }) => name !== node.name)
        .map(nodeAddress)
        .join(" ");
}

/** The taints that the configuration wants on a node: its own, and the control plane's where that is kept. */
export function declaredTaints(node: NodeConfig): Taint[] {
    return node.role === "control-plane" && node.schedulable !== true
        ? [CONTROL_PLANE_TAINT, ...node.taints]
        : node.taints;
}

/** A taint as kubectl writes it, KEY=VALUE:EFFECT. */
export function taintText(taint: Taint): string {
    return `${taint.key}=${taint.value ?? ""}:${taint.effect}`;
}

// v1beta4 takes flags as a list, which may repeat a name.
function extraArgs(flags: Record<string, string>): { name: string; value: string }[] {
    return Object.entries(flags).map(([name, value]) => ({ name, value }));
}

function nodeRegistration(node: NodeConfig) {
    return {
        name: node.name,
        criSocket: CRI_SOCKET,
        kubeletExtraArgs: extraArgs({ "node-ip": nodeAddress(node) }),
        taints: declaredTaints(node),
    };
}

/**
 * A node counts as gone after `node-monitor-grace-period` without a sign of life, and a kubelet renews its lease every
 * quarter of `nodeLeaseDurationSeconds`. With 10 s and the default lease of 40 s, nodes were seen to turn NotReady under
 * load; with a lease of 8 s, four fifths of the period, they did not.
 */
function leaseSettings({ controllerManager }: KubernetesConfig): { nodeLeaseDurationSeconds?: number } {
    const grace = durationSeconds(controllerManager.extraArgs["node-monitor-grace-period"] ?? "");
    if (grace === undefined || grace >= DEFAULT_GRACE_SECONDS) return {};
    return { nodeLeaseDurationSeconds: Math.max(1, Math.floor(grace * 0.8)) };
}

/**
 * The v1beta4 InitConfiguration of the first control plane node, as YAML.
 * @param more fields that are merged over it
 */
export function initConfiguration(node: NodeConfig, more: Record<string, unknown> = {}): string {
    const document = {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        kind: "InitConfiguration",
        // kubeadm insists on a token of its own; workers have theirs, so this one is gone after a minute.
        bootstrapTokens: [{ ttl: "1m0s", usages: ["signing", "authentication"] }],
        localAPIEndpoint: { advertiseAddress: nodeAddress(node), bindPort: API_PORT },
        nodeRegistration: nodeRegistration(node),
    };
    return yamlText(mergeFields(document, withoutPatches(more)));
}

/** kubeadm's ClusterConfiguration. */
function clusterDocument(config: KubeadmConfig, first: NodeConfig): Record<string, unknown> {
    const { kubernetes } = config;
    const endpoint = controlPlaneEndpoint(config);
    const own = [endpoint.host, nodeAddress(first), first.address, "127.0.0.1"];
    // A node that joins adds its own address to its certificate by itself.
    const names = [...own, ...(kubernetes.vip ? [kubernetes.vip.address] : []), ...kubernetes.apiServer.certSANs];
    const cluster = {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        kind: "ClusterConfiguration",
        clusterName: kubernetes.clusterName,
        kubernetesVersion: kubernetes.version,
        controlPlaneEndpoint: `${endpoint.host}:${endpoint.port}`,
        imageRepository: kubernetes.imageRepository,
        networking: {
            podSubnet: kubernetes.podSubnet,
            serviceSubnet: kubernetes.serviceSubnet,
            dnsDomain: kubernetes.dnsDomain,
        },
        apiServer: {
            certSANs: [...new Set(names)],
            extraArgs: extraArgs({
                ...(kubernetes.servingCertificates && { "kubelet-certificate-authority": CLUSTER_CA }),
                ...kubernetes.apiServer.extraArgs,
            }),
        },
        controllerManager: { extraArgs: extraArgs(kubernetes.controllerManager.extraArgs) },
        scheduler: { extraArgs: extraArgs(kubernetes.scheduler.extraArgs) },
    };
    const whole = mergeFields(cluster, kubernetes.kubeadm.clusterConfiguration);
    whole.apiServer = withApiServerFiles(whole.apiServer as ApiServer, kubernetes);
    return whole;
}

/** What holds for the whole cluster: ClusterConfiguration, KubeletConfiguration and KubeProxyConfiguration, as YAML. */
export function clusterConfiguration(config: KubeadmConfig, first: NodeConfig): string {
    const cluster = yamlText(clusterDocument(config, first));
    return [cluster, kubeletConfiguration(config.kubernetes), kubeProxyConfiguration(config.kubernetes)].join("---\n");
}

/**
 * What reconfigure.sh brings a living control plane node to. The documents that it must tell apart come by themselves,
 * too: a host cuts no YAML.
 * @param first node of the control plane
 */
export function clusterSettings(config: KubeadmConfig, first: NodeConfig, node: NodeConfig) {
    const certificate = { ...clusterDocument(config, first), certificatesDir: NEW_CERTIFICATES };
    return {
        NODE_NAME: node.name,
        KUBERNETES_VERSION: config.kubernetes.version,
        CLUSTER_CONFIGURATION: clusterConfiguration(config, first),
        KUBELET_CONFIGURATION: kubeletConfiguration(config.kubernetes),
        KUBE_PROXY_CONFIGURATION: kubeProxyConfiguration(config.kubernetes),
        CERTIFICATE_CONFIGURATION: yamlText(certificate),
        ...patchInputs(config.kubernetes, "control-plane"),
        ...etcdInputs(config.kubernetes),
    };
}

/** Whether kubelets ask for serving certificates, which the control plane then approves. */
export function asksForServingCertificates({ servingCertificates, kubelet }: KubernetesConfig): boolean {
    return servingCertificates || kubelet.serverTLSBootstrap === true;
}

function kubeProxyConfiguration({ kubeProxy }: KubernetesConfig): string {
    return yamlText({
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        ...kubeProxy,
    });
}

/** The KubeletConfiguration of every node, as YAML. */
export function kubeletConfiguration(kubernetes: KubernetesConfig): string {
    return yamlText({
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        cgroupDriver: "systemd",
        ...leaseSettings(kubernetes),
        ...kubernetes.kubelet,
        ...(kubernetes.servingCertificates && { serverTLSBootstrap: true }),
    });
}

/** What cannot change while the cluster lives; lines NAME VALUE. */
export function clusterIdentity({ kubernetes, nodes }: KubeadmConfig, first: NodeConfig): string {
    const endpoint = controlPlaneEndpoint({ kubernetes, nodes });
    const fixed = {
        clusterName: kubernetes.clusterName,
        controlPlaneEndpoint: `${endpoint.host}:${endpoint.port}`,
        // Among several, another host may take the place of any of them. Living hosts have the line under this name.
        ...(controlPlaneNodes(nodes).length === 1 && { masterAddress: nodeAddress(first) }),
        podSubnet: kubernetes.podSubnet,
        serviceSubnet: kubernetes.serviceSubnet,
        dnsDomain: kubernetes.dnsDomain,
    };
    return Object.entries(fixed)
        .map(([name, value]) => `${name} ${value}`)
        .join("\n");
}

/** What a node needs to know a living cluster by, and to be known. All of it is secret. */
export interface JoinSecrets {
    /** A bootstrap token, ID.SECRET. */
    token: string;
    /** Pin of the cluster's certificate authority, `sha256:...`. */
    caCertHash: string;
    /** Opens the control plane's certificates in the cluster, 64 hex digits; for a node of the control plane. */
    certificateKey?: string;
}

/**
 * A node's v1beta4 JoinConfiguration, as YAML. Secret.
 * @param more fields that are merged over it
 */
export function joinConfiguration(
    node: NodeConfig,
    endpoint: Endpoint,
    { token, caCertHash, certificateKey }: JoinSecrets,
    more: Record<string, unknown> = {},
): string {
    const controlPlane = {
        localAPIEndpoint: { advertiseAddress: nodeAddress(node), bindPort: API_PORT },
        certificateKey,
    };
    const document = {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        kind: "JoinConfiguration",
        discovery: {
            bootstrapToken: {
                apiServerEndpoint: `${endpoint.host}:${endpoint.port}`,
                token,
                caCertHashes: [caCertHash],
            },
        },
        nodeRegistration: nodeRegistration(node),
        ...(certificateKey !== undefined && { controlPlane }),
    };
    return yamlText(mergeFields(document, withoutPatches(more)));
}

/** The same for a node of the control plane, which is registered as InitConfiguration has it for the first one. */
export function controlPlaneJoin(config: KubeadmConfig, node: NodeConfig, secrets: Required<JoinSecrets>): string {
    const { nodeRegistration: more } = config.kubernetes.kubeadm.initConfiguration;
    const registration = more === undefined ? {} : { nodeRegistration: more };
    return joinConfiguration(node, controlPlaneEndpoint(config), secrets, registration);
}
