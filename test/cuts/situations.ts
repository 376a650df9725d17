/** What a script is run with: its arguments, what it reads, and what was done on its host before. */
export interface Situation {
    /** File name of the script. */
    script: string;
    /** Such as "a living node". */
    name: string;
    args?: string[];
    inputs?: Record<string, string>;
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
    /** What it makes is named by the second: a run behind another one waits for the next. */
    bySecond?: boolean;
    /** Exit code of an undisturbed run. Default 0. */
    code?: number;
    /** Standard input that the checkout's own TypeScript makes of the inputs. */
    packed?: "precheck" | "receive";
    /** Nothing is installed before. */
    bare?: boolean;
}

/** A host in a certain state: what was run on top of another state. */
export interface State {
    from?: string;
    run: Pick<Situation, "script" | "args" | "inputs">[];
    setup?: string;
}

const TOKEN_ID = "cantok";

/** What no run may leave anywhere but where an undisturbed run leaves it. */
export const secrets = {
    token: "canarytokensecre",
    certificateKey: "cafe00cafe11cafe22cafe33cafe44cafe55cafe66cafe77cafe88cafe99cafe",
    encryptionKey: "Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2E=",
    proxyPassword: "canary-proxy-password",
    vipPassword: "canaryvi",
    transferKey: "canary-transfer-key",
};

const kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: systemd\n";
const proxy = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\n";
const clusterAlone = (more: string, version: string) =>
    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: kubernetes\nkubernetesVersion: ${version}\ncontrolPlaneEndpoint: 10.0.0.11:6443\n${more}`;
const cluster = (more: string, version: string, kubeletMore = "") =>
    `${clusterAlone(more, version)}---\n${kubelet}${kubeletMore}---\n${proxy}`;
/** Other settings of the API server, and another name for it. */
const otherSettings =
    'apiServer:\n  extraArgs:\n  - name: profiling\n    value: "false"\n  certSANs:\n  - extra.example.org\n';
const initConfiguration =
    'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint:\n  advertiseAddress: 10.0.0.11\n  bindPort: 6443\nnodeRegistration:\n  name: "host-1"\n';
const joinConfiguration = (more = "") =>
    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n${more}discovery:\n  bootstrapToken:\n    apiServerEndpoint: 10.0.0.10:6443\n    token: ${TOKEN_ID}.${secrets.token}\n    caCertHashes:\n    - sha256:0000\nnodeRegistration:\n  name: "host-1"\n`;

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
const documents = (more = "", kubeletMore = "", version = "v1.32.0") => ({
    NODE_NAME: "host-1",
    KUBERNETES_VERSION: version,
    CLUSTER_CONFIGURATION: cluster(more, version, kubeletMore),
    KUBELET_CONFIGURATION: kubelet + kubeletMore,
    KUBE_PROXY_CONFIGURATION: proxy,
    CERTIFICATE_CONFIGURATION: clusterAlone(`certificatesDir: /run/kubeadm-cluster-api-certificate\n${more}`, version),
});
const init = {
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
const join = { NODE_NAME: "host-1", JOIN_CONFIGURATION: joinConfiguration() };
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
    metadata: { name: `bootstrap-token-${TOKEN_ID}`, namespace: "kube-system" },
    data: { expiration: "2030-01-01T00:00:00Z" },
});
/** A cluster elsewhere, which this host may join. */
const elsewhere = put("/sim/cluster", {
    "nodes/_/other": node("other"),
    "configmaps/kube-system/kubelet-config": configMap("kubelet-config", "kubelet", kubelet),
    [`secrets/kube-system/bootstrap-token-${TOKEN_ID}`]: tokenSecret,
});
const localStore = "/var/lib/etcd/member/store";
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

const admit = {
    TOKEN_ID: "wrk001",
    TOKEN_SECRET: secrets.token,
    NODE_ADDRESS: "10.0.0.31",
    MACHINE_IDENTITY: "11111111111111111111111111111111 -",
    CERTIFICATE_KEY: "",
};
/** Another member of etcd, and this one. */
const threeMembers = `printf '%s\\n' "8e9e05c52164694d, started, host-1, https://10.0.0.11:2380, https://10.0.0.11:2379, false" \
    "1111111111111111, started, master-2, https://10.0.0.12:2380, https://10.0.0.12:2379, false" \
    "2222222222222222, started, master-3, https://10.0.0.13:2380, https://10.0.0.13:2379, false" >/sim/members
echo 'etcd_network_active_peers{Remote="a"} 1' >/sim/etcd-peers
${put(localStore, { "nodes/_/master-2": node("master-2", '"taints":[{"key":"node-role.kubernetes.io/control-plane","effect":"NoSchedule"}]') })}`;
/** The request of worker-3's kubelet for a serving certificate, and one for what it may not have. */
const requests = `cd /tmp
for name in worker-3 other-node; do
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -subj "/O=system:nodes/CN=system:node:worker-3" \
        -addext "subjectAltName=DNS:$name,IP:10.0.0.31" -out csr 2>/dev/null
    mkdir -p ${localStore}/certificatesigningrequests/_
    printf '{"kind":"CertificateSigningRequest","metadata":{"name":"csr-%s","uid":"uid-%s","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"signerName":"kubernetes.io/kubelet-serving","username":"system:node:worker-3","groups":["system:nodes"],"usages":["digital signature","server auth"],"request":"%s"},"status":{}}' \
        "$name" "$name" "$(base64 -w 0 csr)" >${localStore}/certificatesigningrequests/_/csr-$name.json
done
rm key csr`;
const ceph = { NAMESPACE: "rook-ceph", CLUSTER: "rook-ceph", DESTROY_DATA: "true" };
const daemon = (name: string) =>
    `{"kind":"Deployment","metadata":{"name":"${name}","namespace":"rook-ceph","labels":{"app":"rook-ceph-osd"}},"spec":{"template":{"spec":{"containers":[{"image":"ceph:19"}]}}},"status":{"availableReplicas":1}}`;
const storage = put(localStore, {
    "namespaces/_/rook-ceph": '{"kind":"Namespace","metadata":{"name":"rook-ceph"}}',
    "cephclusters/rook-ceph/rook-ceph":
        '{"kind":"CephCluster","metadata":{"name":"rook-ceph","namespace":"rook-ceph"},"spec":{"cleanupPolicy":{}},"status":{"phase":"Ready","ceph":{"health":"HEALTH_OK"},"storage":{"osd":{"storeType":{"bluestore":1}}}}}',
    "deployments/rook-ceph/rook-ceph-osd-0": daemon("rook-ceph-osd-0"),
    "deployments/rook-ceph/rook-ceph-operator":
        '{"kind":"Deployment","metadata":{"name":"rook-ceph-operator","namespace":"rook-ceph"},"status":{"availableReplicas":1}}',
    "configmaps/rook-ceph/rook-ceph-mon-endpoints":
        '{"kind":"ConfigMap","metadata":{"name":"rook-ceph-mon-endpoints","namespace":"rook-ceph"},"data":{"data":"a=10.0.0.1:6789"}}',
    "secrets/rook-ceph/rook-ceph-mon":
        '{"kind":"Secret","metadata":{"name":"rook-ceph-mon","namespace":"rook-ceph","finalizers":["x"]}}',
    "secrets/rook-ceph/rook-ceph-dashboard-password":
        '{"kind":"Secret","metadata":{"name":"rook-ceph-dashboard-password","namespace":"rook-ceph"},"data":{"password":"c2VjcmV0"}}',
    "services/rook-ceph/rook-ceph-mgr-dashboard":
        '{"kind":"Service","metadata":{"name":"rook-ceph-mgr-dashboard","namespace":"rook-ceph"},"spec":{"ports":[{"port":8443}]}}',
    "pods/rook-ceph/osd-0":
        '{"kind":"Pod","metadata":{"name":"osd-0","namespace":"rook-ceph","labels":{"app":"rook-ceph-osd"}},"spec":{"nodeName":"worker-1"}}',
    "jobs/rook-ceph/cleanup-worker-1":
        '{"kind":"Job","metadata":{"name":"cleanup-worker-1","namespace":"rook-ceph","labels":{"app":"rook-ceph-cleanup"}},"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"worker-1"}}}},"status":{"succeeded":1}}',
});
const precheck = {
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
};
const devices = { DEVICES: "/dev/sdx", DATA_DIR: "/var/lib/rook", DESTROY_DATA: "true" };

/** The states that situations start from. */
export const states: Record<string, State> = {
    bare: { run: [] },
    prepared: { from: "bare", run: [{ script: "prepare.sh", inputs: prepare }] },
    "prepared with all": { from: "bare", run: [{ script: "prepare.sh", inputs: withAll }] },
    admitted: { from: "prepared", run: [], setup: elsewhere },
    worker: { from: "admitted", run: [{ script: "join.sh", inputs: join }], setup: network },
    master: { from: "prepared with all", run: [{ script: "init.sh", inputs: init }], setup: workers },
    admitting: { from: "master", run: [{ script: "admit.sh", args: ["worker-3"], inputs: admit }] },
    storage: { from: "master", run: [], setup: storage },
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
    {
        script: "settle.sh",
        name: "a Ready node",
        from: "master",
        inputs: { NODE_NAME: "host-1", WAIT_SECONDS: "60", WAIT_FOR_DNS: "true" },
        limitSeconds: 90,
        setup: "mkdir -p /var/lib/kubelet/pki; : >/var/lib/kubelet/pki/kubelet-server-current.pem",
    },
    { script: "verify.sh", name: "a control plane", from: "master", inputs: documents(), limitSeconds: 120 },
    {
        script: "verify.sh",
        name: "a worker",
        from: "worker",
        inputs: { ...documents(), CLUSTER_CONFIGURATION: "" },
        limitSeconds: 120,
    },
    {
        script: "renew-node.sh",
        name: "other settings of the kubelet",
        args: ["host-1"],
        from: "worker",
        inputs: { KUBERNETES_VERSION: "v1.32.0", KUBELET_CONFIGURATION: `${kubelet}maxPods: 99\n` },
        setup: put("/sim/cluster", {
            "configmaps/kube-system/kubelet-config": configMap("kubelet-config", "kubelet", `${kubelet}maxPods: 99\n`),
        }),
        limitSeconds: 900,
    },
    {
        script: "renew-node.sh",
        name: "another version",
        args: ["host-1"],
        from: "worker",
        inputs: { KUBERNETES_VERSION: "v1.32.1", KUBELET_CONFIGURATION: kubelet },
        limitSeconds: 900,
    },
    {
        script: "reconfigure.sh",
        name: "other settings",
        from: "master",
        inputs: documents(otherSettings, "maxPods: 99\n"),
        limitSeconds: 2400,
    },
    {
        script: "reconfigure.sh",
        name: "another version",
        from: "master",
        inputs: documents("", "", "v1.32.1"),
        limitSeconds: 2400,
    },
    {
        script: "renew-certificates.sh",
        name: "certificates that are due",
        from: "master",
        inputs: { NODE_NAME: "host-1", RENEW_BEFORE_DAYS: "30", ISSUED_AFTER: "", TRANSFER_KEY: secrets.transferKey },
        limitSeconds: 600,
    },
    {
        script: "read-kubeconfig.sh",
        name: "a control plane",
        from: "master",
        inputs: { TRANSFER_KEY: secrets.transferKey },
        limitSeconds: 60,
    },
    { script: "admit.sh", name: "a new worker", args: ["worker-3"], from: "master", inputs: admit, limitSeconds: 120 },
    {
        script: "admit.sh",
        name: "a node of the control plane",
        args: ["master-2"],
        from: "master",
        inputs: { ...admit, CERTIFICATE_KEY: secrets.certificateKey },
        limitSeconds: 120,
    },
    {
        script: "admit.sh",
        name: "a machine that is known",
        args: ["worker-3", "unless-admitted"],
        from: "admitting",
        inputs: admit,
        limitSeconds: 120,
    },
    {
        script: "readmit.sh",
        name: "another machine",
        args: ["worker-3"],
        from: "admitting",
        inputs: { ...admit, MACHINE_IDENTITY: "22222222222222222222222222222222 -" },
        limitSeconds: 300,
    },
    {
        script: "admission.sh",
        name: "a worker that has joined",
        args: ["worker-3", "wrk001"],
        from: "admitting",
        setup: put(localStore, { "nodes/_/worker-3": node("worker-3") }),
        limitSeconds: 600,
    },
    {
        script: "taint.sh",
        name: "other taints",
        args: ["worker-1"],
        from: "master",
        inputs: { TAINTS: "dedicated=db:NoSchedule" },
        setup: 'sed -i \'s|"annotations":{|&"kubeadm-cluster/taints":"old=x:NoSchedule",|\' /var/lib/etcd/member/store/nodes/_/worker-1.json; mkdir -p /var/lib/kubeadm-cluster/taints; echo old=x:NoSchedule >/var/lib/kubeadm-cluster/taints/worker-1',
        limitSeconds: 120,
    },
    {
        script: "drain-node.sh",
        name: "a worker",
        args: ["worker-1"],
        from: "master",
        inputs: { KUBERNETES_VERSION: "v1.32.1" },
        limitSeconds: 400,
    },
    {
        script: "remove-node.sh",
        name: "a worker",
        args: ["worker-1"],
        from: "admitting",
        inputs: { TOKEN_ID: "wrk001" },
        limitSeconds: 300,
        ifPresent: true,
    },
    {
        script: "remove-node.sh",
        name: "a worker that is lost",
        args: ["worker-1", "gone"],
        from: "admitting",
        inputs: { TOKEN_ID: "wrk001" },
        limitSeconds: 300,
        ifPresent: true,
    },
    {
        script: "remove-control-plane-node.sh",
        name: "one of three",
        args: ["master-2"],
        from: "master",
        setup: threeMembers,
        inputs: { TOKEN_ID: "wrk001" },
        limitSeconds: 300,
        ifPresent: true,
    },
    {
        script: "approve-serving-certificates.sh",
        name: "an honest request, and another",
        from: "admitting",
        setup: requests,
        limitSeconds: 60,
    },
    { script: "etcd-snapshot.sh", name: "a control plane", from: "master", bySecond: true, limitSeconds: 300 },
    {
        script: "etcd-restore.sh",
        bySecond: true,
        name: "a snapshot",
        args: ["/var/lib/kubeadm-cluster/saved.db"],
        from: "master",
        setup: `tar -C /var/lib/etcd/member -cf /var/lib/kubeadm-cluster/saved.db .\nrm ${localStore}/nodes/_/worker-2.json`,
        limitSeconds: 900,
    },
    {
        script: "precheck.sh",
        name: "a bare host",
        from: "bare",
        inputs: precheck,
        packed: "precheck",
        command: ["bash", "-s"],
        bare: true,
        limitSeconds: 120,
    },
    {
        script: "receive.sh",
        name: "a bare host",
        from: "bare",
        inputs: precheck,
        packed: "receive",
        command: ["bash", "-s"],
        bare: true,
        limitSeconds: 1200,
    },
    { script: "storage-check.sh", name: "a free device", from: "prepared", inputs: devices, limitSeconds: 120 },
    {
        script: "storage-clean.sh",
        name: "what Ceph has left",
        from: "prepared",
        inputs: devices,
        setup: "echo ceph_bluestore >/sim/signature; mkdir -p /var/lib/rook/mon-a; echo x >/var/lib/rook/mon-a/keyring; echo '/dev/sdx /dev/disk/by-id/cuts-disk' >/var/lib/kubeadm-cluster/storage-devices",
        limitSeconds: 900,
    },
    {
        script: "storage-ready.sh",
        name: "a cluster that is ready",
        from: "storage",
        inputs: { ...ceph, OSD_COUNT: "1", CEPH_IMAGE: "ceph:19", WAIT_SECONDS: "300", RESTART_SECONDS: "100" },
        limitSeconds: 360,
    },
    {
        script: "storage-report.sh",
        name: "a cluster that is ready",
        from: "storage",
        inputs: { ...ceph, DASHBOARD: "https", TRANSFER_KEY: secrets.transferKey },
        limitSeconds: 180,
    },
    {
        script: "storage-proof.sh",
        name: "two classes",
        from: "storage",
        inputs: {
            ...ceph,
            CLASSES: "block ReadWriteOnce\nfiles ReadWriteMany",
            IMAGE: "ceph:19",
            WRITER_NODE: "worker-1",
            READER_NODE: "worker-2",
        },
        limitSeconds: 900,
    },
    {
        script: "storage-guard.sh",
        name: "a deletion with consent",
        args: ["all"],
        from: "storage",
        inputs: { ...ceph, OPERATOR_MANIFEST: "" },
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "storage-confirm.sh",
        name: "a deletion with consent",
        from: "storage",
        inputs: ceph,
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "storage-swept.sh",
        name: "a cluster that is gone",
        from: "storage",
        inputs: ceph,
        setup: `rm ${localStore}/cephclusters/rook-ceph/rook-ceph.json ${localStore}/pods/rook-ceph/osd-0.json; echo worker-1 >/var/lib/kubeadm-cluster/storage-cleanup-hosts`,
        limitSeconds: 900,
        ifPresent: true,
    },
    {
        script: "toolbox.sh",
        name: "mons that do not move",
        from: "bare",
        command: ["env", "ROOK_CEPH_USERNAME=client.admin", "bash", "/usr/lib/cuts/toolbox.sh"],
        setup: "mkdir -p /etc/rook /etc/ceph /var/lib/rook-ceph-mon; echo a=10.0.0.1:6789 >/etc/rook/mon-endpoints; echo key >/var/lib/rook-ceph-mon/secret.keyring",
        code: 124,
        limitSeconds: 60,
    },
];
