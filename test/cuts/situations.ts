import type { Root } from "./root";

/** What a script is run with: its arguments, what it reads, and what was done on its host before. */
export interface Situation {
    /** File name of the script. */
    script: string;
    /** Such as "a living node". */
    name: string;
    args?: string[];
    inputs?: Record<string, string>;
    /** Standard input where it is no list of inputs. */
    stdin?: string;
    /** The state that it starts from, by its name in `states`. */
    from: string;
    /** Run in the root before, by bash: what is particular about this situation. */
    setup?: string;
    /** Seconds after which the program ends the step. */
    limitSeconds: number;
    /** Once the script is gone from the host, the step is done. */
    ifPresent?: boolean;
    /** The command that stands for the script: receive.sh comes by standard input. */
    command?: string[];
    /** Nothing is installed before. */
    bare?: boolean;
}

/** A host in a certain state: what was run on top of another state. */
export interface State {
    from?: string;
    run: Pick<Situation, "script" | "args" | "inputs">[];
    setup?: string;
}

/** What no run may leave anywhere but where an undisturbed run leaves it. */
export const secrets = {
    token: "canarytokensecre",
    tokenId: "cantok",
    certificateKey: "cafe00canary00certificate00key",
    encryptionKey: "Y2FuYXJ5ZW5jcnlwdGlvbg",
    proxyPassword: "canary-proxy-password",
    vipPassword: "canaryvi",
    transferKey: "canary-transfer-key",
};

const kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: systemd\n";
const proxy = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\n";
const cluster = (more: string, version = "v1.32.0") =>
    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: kubernetes\nkubernetesVersion: ${version}\ncontrolPlaneEndpoint: 10.0.0.11:6443\n${more}---\n${kubelet}---\n${proxy}`;
export const clusterConfiguration = cluster("");
/** Other settings of the API server, and another name for it. */
export const otherConfiguration = cluster(
    'apiServer:\n  extraArgs:\n  - name: profiling\n    value: "false"\n  certSANs:\n  - extra.example.org\n',
);
export const nextVersion = cluster("", "v1.32.1");
const initConfiguration =
    'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint:\n  advertiseAddress: 10.0.0.11\n  bindPort: 6443\nnodeRegistration:\n  name: "host-1"\n';
const joinConfiguration = (more = "") =>
    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n${more}discovery:\n  bootstrapToken:\n    apiServerEndpoint: 10.0.0.10:6443\n    token: ${secrets.tokenId}.${secrets.token}\n    caCertHashes:\n    - sha256:0000\nnodeRegistration:\n  name: "host-1"\n`;

const prepare = {
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
const withAll = {
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
const init = {
    CLUSTER_IDENTITY: "podSubnet 10.244.0.0/16\nserviceSubnet 10.96.0.0/12",
    INIT_CONFIGURATION: initConfiguration,
    CLUSTER_CONFIGURATION: clusterConfiguration,
    ENCRYPTION_CONFIGURATION: `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - secretbox:\n      keys:\n      - name: key1\n        secret: ${secrets.encryptionKey}\n  - identity: {}`,
    AUDIT_LEVEL: "metadata",
    AUDIT_POLICY: "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata",
    KUBECONFIG_USER: "root",
    JOIN_CONFIGURATION: "",
    OTHER_MASTERS: "",
};
const join = { JOIN_CONFIGURATION: joinConfiguration(), NODE_NAME: "host-1" };
const joinMaster = {
    ...init,
    JOIN_CONFIGURATION: joinConfiguration(`controlPlane:\n  certificateKey: ${secrets.certificateKey}\n`),
    OTHER_MASTERS: "10.0.0.10",
    KUBECONFIG_USER: "",
};

const node = (name: string, more = "") =>
    `{"apiVersion":"v1","kind":"Node","metadata":{"name":"${name}","uid":"uid-${name}","labels":{"kubernetes.io/hostname":"${name}"},"annotations":{"kubeadm.alpha.kubernetes.io/cri-socket":"unix:///run/containerd/containerd.sock"}},"spec":{${more}},"status":{"nodeInfo":{"kubeletVersion":"v1.32.0","machineID":"aaaa"},"conditions":[{"type":"Ready","status":"True","message":"posting"}]}}`;
/** Objects of a cluster, put where the double of kubectl keeps them. */
const put = (store: string, objects: Record<string, string>) =>
    Object.entries(objects)
        .map(
            ([file, text]) =>
                `mkdir -p ${store}/${file.replace(/\/[^/]*$/, "")}; printf '%s\\n' '${text}' >${store}/${file}.json`,
        )
        .join("\n");
const configMap = (name: string, key: string, text: string) =>
    JSON.stringify({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace: "kube-system" },
        data: { [key]: text },
    });
const tokenSecret = JSON.stringify({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `bootstrap-token-${secrets.tokenId}`, namespace: "kube-system" },
    data: { expiration: "2030-01-01T00:00:00Z" },
});
/** A cluster elsewhere, which this host may join. */
const elsewhere = put("/sim/cluster", {
    "nodes/_/other": node("other"),
    "configmaps/kube-system/kubelet-config": configMap("kubelet-config", "kubelet", kubelet),
    [`secrets/kube-system/bootstrap-token-${secrets.tokenId}`]: tokenSecret,
});
export const localStore = "/var/lib/etcd/member/store";
const workers = put(localStore, {
    "nodes/_/worker-1": node("worker-1", '"taints":[{"key":"old","value":"x","effect":"NoSchedule"}]'),
    "nodes/_/worker-2": node("worker-2"),
    "deployments/kube-system/coredns": '{"kind":"Deployment","metadata":{"name":"coredns","namespace":"kube-system"}}',
    "daemonsets/kube-system/kube-proxy":
        '{"kind":"DaemonSet","metadata":{"name":"kube-proxy","namespace":"kube-system"}}',
    "pods/default/web":
        '{"kind":"Pod","metadata":{"name":"web","namespace":"default"},"spec":{"nodeName":"worker-1"},"status":{"phase":"Running"}}',
});
/** What pods of a network leave on a host, beside what is the host's own. */
const network = `mkdir -p /sim/links /sim/sets
for link in cni0 flannel.1 eth0; do : >/sim/links/$link; done
for set in KUBE-SRC weave-x own; do : >/sim/sets/$set; done
echo "10.244.1.0/24 via 10.0.0.12 dev eth0" >/sim/routes
mkdir -p /var/lib/cni /etc/cni/net.d && echo x >/var/lib/cni/net && echo x >/etc/cni/net.d/10-flannel.conflist
echo kept >/var/lib/neighbour`;

/** The states that situations start from. */
export const states: Record<string, State> = {
    bare: { run: [] },
    prepared: { from: "bare", run: [{ script: "prepare.sh", inputs: prepare }] },
    "prepared with all": { from: "bare", run: [{ script: "prepare.sh", inputs: withAll }] },
    admitted: { from: "prepared", run: [], setup: elsewhere },
    worker: { from: "admitted", run: [{ script: "join.sh", inputs: join }], setup: network },
    master: { from: "prepared with all", run: [{ script: "init.sh", inputs: init }], setup: workers },
    "second master": { from: "admitted", run: [{ script: "init.sh", args: ["join"], inputs: joinMaster }] },
};

export const situations: Situation[] = [
    { script: "prepare.sh", name: "a bare host", from: "bare", inputs: prepare, limitSeconds: 1200 },
    {
        script: "prepare.sh",
        name: "proxy, archives, virtual address",
        from: "bare",
        inputs: withAll,
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "a living node",
        from: "worker",
        inputs: { ...prepare, ENDPOINT_IP: "10.0.0.20" },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "packages",
        from: "bare",
        inputs: { ...prepare, INSTALL: "packages" },
        limitSeconds: 1200,
    },
    { script: "join.sh", name: "a first join", from: "admitted", inputs: join, limitSeconds: 600 },
    { script: "join.sh", name: "a living node", from: "worker", inputs: join, limitSeconds: 600 },
    { script: "init.sh", name: "a new cluster", from: "prepared", inputs: init, limitSeconds: 900 },
    {
        script: "init.sh",
        name: "a living control plane",
        args: ["verify"],
        from: "master",
        inputs: init,
        limitSeconds: 300,
    },
    {
        script: "init.sh",
        name: "beside another one",
        args: ["join"],
        from: "admitted",
        inputs: joinMaster,
        limitSeconds: 900,
    },
    { script: "reset.sh", name: "a worker", from: "worker", limitSeconds: 600, ifPresent: true },
    {
        script: "reset.sh",
        name: "a control plane with all",
        from: "master",
        setup: network,
        limitSeconds: 600,
        ifPresent: true,
    },
    { script: "reset.sh", name: "a host that was only prepared", from: "prepared", limitSeconds: 600, ifPresent: true },
];
