import { secrets } from "./situation";

export const TOKEN_ID = "cantok";
export const kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: systemd\n";
const proxy = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\n";
const clusterAlone = (more: string, version: string) =>
    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: kubernetes\nkubernetesVersion: ${version}\ncontrolPlaneEndpoint: 10.0.0.11:6443\n${more}`;
export const cluster = (more: string, version: string, kubeletMore = "", proxyMore = "") =>
    `${clusterAlone(more, version)}---\n${kubelet}${kubeletMore}---\n${proxy}${proxyMore}`;
/** Other settings of the API server, and another name for it. */
export const otherSettings =
    'apiServer:\n  extraArgs:\n  - name: profiling\n    value: "false"\n  certSANs:\n  - extra.example.org\n';
const initConfiguration =
    'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint:\n  advertiseAddress: 10.0.0.11\n  bindPort: 6443\nnodeRegistration:\n  name: "host-1"\n';
const joinConfiguration = (more = "") =>
    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n${more}discovery:\n  bootstrapToken:\n    apiServerEndpoint: 10.0.0.10:6443\n    token: ${TOKEN_ID}.${secrets.token}\n    caCertHashes:\n    - sha256:0000\nnodeRegistration:\n  name: "host-1"\n`;

export const prepare = {
    NODE_NAME: "host-1",
    NODE_IP: "10.0.0.11",
    ENDPOINT_HOST: "cluster.example.org",
    ENDPOINT_IP: "10.0.0.10",
    KUBERNETES_VERSION: "v1.32.0",
    INSTALL: "binaries",
    BINARIES_URL: "https://dl.example.org/release",
    PACKAGES_URL: "https://pkgs.example.org",
    PACKAGES_KEY: "",
    PACKAGES_UNSIGNED: "false",
    CNI_PLUGINS_URL: "https://cni.example.org",
    CNI_PLUGINS_VERSION: "v1.6.2",
    CONTAINERD_VERSION: "",
    RUNC_VERSION: "",
    CONTAINERD_URL: "https://containerd.example.org",
    RUNC_URL: "https://runc.example.org",
    HTTP_PROXY_URL: "",
    HTTPS_PROXY_URL: "",
    NO_PROXY_LIST: "",
    POD_SUBNET: "10.244.0.0/16",
    IMAGE_REPOSITORY: "registry.k8s.io",
    REGISTRY_MIRRORS: "docker.io https://mirror.example.org\nregistry.k8s.io https://mirror.example.org",
    KEEP_SWAP: "false",
    RESTRICT_OOM_SCORE: "false",
    VIP_ADDRESS: "",
    VIP_INTERFACE: "",
    VIP_ROUTER_ID: "",
    VIP_PRIORITY: "",
    VIP_PEERS: "",
    VIP_PASSWORD: "",
};
export const withAll = {
    ...prepare,
    CONTAINERD_VERSION: "1.7.24",
    RUNC_VERSION: "v1.2.3",
    HTTP_PROXY_URL: `http://user:${secrets.proxyPassword}@proxy.example.org:3128`,
    HTTPS_PROXY_URL: `http://user:${secrets.proxyPassword}@proxy.example.org:3128`,
    NO_PROXY_LIST: "localhost,10.0.0.0/8",
    VIP_ADDRESS: "10.0.0.99",
    VIP_INTERFACE: "lo",
    VIP_ROUTER_ID: "51",
    VIP_PRIORITY: "100",
    VIP_PEERS: "10.0.0.12 10.0.0.13",
    VIP_PASSWORD: secrets.vipPassword,
};
/** A host of the RHEL family, by packages and through a proxy. */
export const rhelPrepare = {
    ...prepare,
    INSTALL: "packages",
    HTTP_PROXY_URL: withAll.HTTP_PROXY_URL,
    HTTPS_PROXY_URL: withAll.HTTPS_PROXY_URL,
    NO_PROXY_LIST: withAll.NO_PROXY_LIST,
};
/** The API server encrypts Secrets with the keys in that file. */
export const encrypting =
    "apiServer:\n  extraArgs:\n  - name: encryption-provider-config\n    value: /var/lib/kubeadm-cluster/api-server/encryption.yaml\n";
/** A flag that the API server refuses. */
export const refusedFlag = 'apiServer:\n  extraArgs:\n  - name: refused-flag\n    value: "x"\n';
/** A setting that kubelets refuse. */
export const refusedSetting = "refusedSetting: true\n";
export const documents = (more = "", kubeletMore = "", version = "v1.32.0", proxyMore = "") => ({
    NODE_NAME: "host-1",
    KUBERNETES_VERSION: version,
    CLUSTER_CONFIGURATION: cluster(more, version, kubeletMore, proxyMore),
    KUBELET_CONFIGURATION: kubelet + kubeletMore,
    KUBE_PROXY_CONFIGURATION: proxy + proxyMore,
    CERTIFICATE_CONFIGURATION: clusterAlone(`certificatesDir: /run/kubeadm-cluster-api-certificate\n${more}`, version),
});
export const init = {
    ...documents(),
    ADVERTISE_ADDRESS: "10.0.0.11",
    SERVING_CERTIFICATES: "true",
    ENCRYPTION_KEY: secrets.encryptionKey,
    ENCRYPTION_KEY_NAME: "key-0123456789abcdef",
    ENCRYPTION_KEYS: `key-0123456789abcdef ${secrets.encryptionKey}`,
    TOKEN_ID: TOKEN_ID,
    CLUSTER_IDENTITY: "podSubnet 10.244.0.0/16\nserviceSubnet 10.96.0.0/12",
    INIT_CONFIGURATION: initConfiguration,
    ENCRYPTION_CONFIGURATION: `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - secretbox:\n      keys:\n      - name: key1\n        secret: ${secrets.encryptionKey}\n  - identity: {}`,
    AUDIT_LEVEL: "metadata",
    AUDIT_POLICY: "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata",
    KUBECONFIG_USER: "root",
    JOIN_CONFIGURATION: "",
    OTHER_MASTERS: "",
};
/** etcd on a disk of its own, elsewhere than kubeadm has it. */
export const otherDisk = "/data/etcd";
const etcdElsewhere = `etcd:\n  local:\n    dataDir: ${otherDisk}\n`;
/** Patches of all that is patched in another way: components, kubelet, CoreDNS. */
export const patches = (maxPods: number, more = "") =>
    `corednsdeployment.yaml 1\nspec: {replicas: ${maxPods}}\nkube-scheduler0.yaml 2\nspec:\n  priority: ${maxPods}${more}\nkubeletconfiguration+merge.yaml 1\nmaxPods: ${maxPods}`;
export const patched = (text: string, kubeletMore = "") => ({
    ...documents(etcdElsewhere, kubeletMore),
    ETCD_DATA_DIR: otherDisk,
    PATCHES: text,
});
/** Another key than the cluster has begun with. */
export const anotherKey = {
    ENCRYPTION_KEY: secrets.anotherKey,
    ENCRYPTION_KEY_NAME: "key-fedcba9876543210",
};
export const join = { NODE_NAME: "host-1", JOIN_CONFIGURATION: joinConfiguration() };
export const joinMaster = {
    ...init,
    JOIN_CONFIGURATION: joinConfiguration(`controlPlane:\n  certificateKey: ${secrets.certificateKey}\n`),
    OTHER_MASTERS: "10.0.0.10",
    KUBECONFIG_USER: "",
};

export const admit = {
    TOKEN_ID: "wrk001",
    TOKEN_SECRET: secrets.token,
    NODE_ADDRESS: "10.0.0.31",
    MACHINE_IDENTITY: "11111111111111111111111111111111 -",
    CERTIFICATE_KEY: "",
};
export const connectivity = {
    NODES: "host-1\nworker-1\nworker-2",
    IMAGE: "ghcr.io/flannel-io/flannel:v0.26.7",
    CNI_FILE: "10-flannel.conflist",
    LINK: "flannel.1",
    PORTS: "udp 8472",
    DNS_DOMAIN: "cluster.local",
    SETTINGS: "addOn=flannel",
};
export const ceph = { NAMESPACE: "rook-ceph", CLUSTER: "rook-ceph", DESTROY_DATA: "true" };
export const precheck = {
    ...prepare,
    PRECHECK_MODE: "stop",
    NODE_ROLE: "worker",
    NETWORK: "flannel",
    KEEP_CGROUP_V1: "false",
    KERNEL_PARTS: "",
    PORTS: "tcp 10250 kubelet",
    NAMES: "",
    SOURCES:
        "error binaries mirrors.binaries file https://dl.example.org/release/v1.32.0/bin/linux/ARCH/kubeadm.sha256",
    DEVICES: "",
    DATA_DIR: "",
    SERVICE_SUBNET: "10.96.0.0/12",
    OPEN: "tcp 10250 masters kubelet",
    RESOLV_CONF: "",
    CARD: "",
    CARD_MTU: "",
};
export const devices = { DEVICES: "/dev/sdx", DATA_DIR: "/var/lib/rook", DESTROY_DATA: "true" };
