import { connectivity, documents, join, kubelet, patches, precheck, prepare, refusedSetting, withAll } from "./inputs";
import { asNode, configMap, localStore, network, ownersFiles, put } from "./objects";
import { type Situation } from "./situation";

/** The installer, cut in what comes by standard input. */
const receive: Omit<Situation, "name"> = {
    script: "receive.sh",
    from: "bare",
    inputs: precheck,
    packed: "receive",
    own: true,
    command: ["bash", "-s"],
    bare: true,
    limitSeconds: 1200,
};

/** Situations of scripts of every node. */
export const nodeSituations: Situation[] = [
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
        setup: "echo kube-proxy >/sim/daemons",
        inputs: { ...prepare, ENDPOINT_IP: "10.0.0.20" },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "packages, files of its own",
        from: "with files of its own",
        inputs: { ...prepare, INSTALL: "packages" },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "a proxy that goes",
        from: "prepared with all",
        inputs: { ...withAll, HTTP_PROXY_URL: "", HTTPS_PROXY_URL: "", NO_PROXY_LIST: "", REGISTRY_MIRRORS: "" },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "swap that is on",
        from: "prepared",
        setup: `printf '/swap none swap sw 0 0\\n# /old none swap sw 0 0\\n' >>/etc/fstab; printf '/swap\\tfile\\t1048572\\t0\\t-2\\n' >>/sim/swaps`,
        inputs: prepare,
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "managers of the host's network, names and swap",
        from: "managed",
        inputs: { ...prepare, PROTECT_KERNEL_DEFAULTS: "true" },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "mirrors that go, of a registry that the owner had set up",
        from: "prepared beside managers",
        // Earlier versions have noted of none what was there before.
        setup: "rm /var/lib/kubeadm-cluster/made/etc/containerd/certs.d/registry.k8s.io/hosts.toml",
        inputs: { ...prepare, REGISTRY_MIRRORS: "" },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "packages that dpkg has by half",
        from: "prepared by packages",
        setup: "rm /var/lib/kubeadm-cluster/kubernetes-version; mkdir -p /var/lib/dpkg/updates; : >/var/lib/dpkg/updates/0001",
        inputs: { ...prepare, INSTALL: "packages" },
        limitSeconds: 1200,
    },
    { script: "join.sh", name: "a first join", from: "admitted", inputs: join, limitSeconds: 600 },
    {
        script: "join.sh",
        name: "with patches, after a join that failed, beside the owner's files",
        from: "admitted",
        // The owner's are moved aside while kubeadm resets.
        makesAnew: /^\/(etc\/kubernetes|var\/lib\/kubelet)\//,
        setup: `${ownersFiles}
: >/var/lib/kubeadm-cluster/joining; echo x >/etc/kubernetes/kubelet.conf; rm /etc/kubernetes/manifests/own.yaml`,
        inputs: { ...join, PATCHES: patches(42) },
        limitSeconds: 600,
    },
    { script: "join.sh", name: "a living node", from: "worker", inputs: join, limitSeconds: 600 },
    {
        script: "join.sh",
        name: "a join without its last mark",
        from: "worker",
        setup: "rm /var/lib/kubeadm-cluster/joined /sim/units/active/kubelet",
        makesAnew: asNode,
        inputs: join,
        limitSeconds: 600,
    },
    {
        script: "join.sh",
        name: "a join that was cut off",
        from: "admitted",
        makesAnew: asNode,
        setup: "mkdir -p /etc/kubernetes/pki; : >/var/lib/kubeadm-cluster/joining; echo x >/etc/kubernetes/bootstrap-kubelet.conf; echo x >/etc/kubernetes/kubelet.conf; echo x >/etc/kubernetes/pki/ca.crt",
        inputs: join,
        limitSeconds: 600,
    },
    {
        script: "join.sh",
        name: "a node that was taken out and admitted again",
        from: "worker",
        makesAnew: asNode,
        setup: "rm /sim/cluster/nodes/_/host-1.json",
        inputs: join,
        limitSeconds: 600,
    },
    {
        script: "reset.sh",
        name: "packages, swap, mounts",
        from: "prepared by packages",
        setup: `echo '# kubeadm-cluster: /swap none swap sw 0 0' >>/etc/fstab
mkdir -p /var/lib/dpkg/updates; : >/var/lib/dpkg/updates/0001
mkdir -p /run/kubeadm-cluster-etcd; printf '/run/kubeadm-cluster-etcd\\n/run/kubeadm-cluster-etcd/below\\n' >/sim/mounted
echo x >/etc/own; cp -p /etc/own /etc/own.before-kubeadm-cluster`,
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "reset.sh",
        name: "a worker whose kubeadm is gone",
        from: "worker",
        setup: "rm /usr/local/bin/kubeadm; echo kube-proxy >/sim/daemons",
        limitSeconds: 600,
        ifPresent: true,
    },
    { script: "reset.sh", name: "a worker", from: "worker", limitSeconds: 600, ifPresent: true },
    {
        script: "reset.sh",
        name: "a control plane with all",
        // It is off until the host has its own settings again.
        makesAnew: /^\/sim\/units\/(active|enabled)\/containerd$/,
        from: "master",
        // The distribution has a containerd, which the archive's hides.
        setup: `${network}\nprintf '[Service]\\nExecStart=/usr/bin/containerd\\n' >/usr/lib/systemd/system/containerd.service`,
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "reset.sh",
        name: "patches, etcd elsewhere, the owner's files",
        from: "patched master",
        setup: `${ownersFiles}; mkdir -p /data/etcd/lost+found /etc/kubernetes/tmp/kubeadm-backup; : >/etc/kubernetes/tmp/own; echo x >/etc/kubernetes/manifests/.etcd.yaml.kubeadm-cluster-new`,
        // They are moved aside while kubeadm resets.
        makesAnew: /^\/(etc\/kubernetes|var\/lib\/kubelet)\//,
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "reset.sh",
        name: "managers of the host's network, names and swap",
        // It says so where this unit does not start; the next boot starts it.
        mayStay: /^\/sim\/units\/active\/zramswap is missing$/,
        from: "prepared beside managers",
        limitSeconds: 600,
        ifPresent: true,
    },
    {
        script: "reset.sh",
        name: "another reset has just ended",
        from: "prepared",
        setup: "rm /opt/kubeadm-cluster/lib.sh",
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
        setup: "cp /etc/kubernetes/pki/apiserver.crt /var/lib/kubelet/pki/kubelet-server-current.pem",
    },
    {
        script: "settle.sh",
        name: "the first node, which tests the network",
        from: "master",
        inputs: { NODE_NAME: "host-1", WAIT_SECONDS: "60", WAIT_FOR_DNS: "true", ...connectivity },
        bySecond: true,
        limitSeconds: 330,
        setup: ": >/var/lib/kubelet/pki/kubelet-server-current.pem",
    },
    {
        script: "settle.sh",
        name: "a network that containerd has not seen",
        from: "master",
        inputs: { NODE_NAME: "host-1", WAIT_SECONDS: "60", WAIT_FOR_DNS: "false" },
        limitSeconds: 90,
        setup: `mkdir -p /etc/cni/net.d ${localStore}/../restarted/containerd/nodes/_; echo x >/etc/cni/net.d/10-flannel.conflist
cp ${localStore}/nodes/_/host-1.json ${localStore}/../restarted/containerd/nodes/_/
sed -i 's/"message":"kubelet is posting ready status","status":"True"/"message":"cni plugin not initialized","status":"False"/' ${localStore}/nodes/_/host-1.json`,
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
        name: "settings that the kubelet refuses",
        // It ends by itself until it has its former settings again.
        makesAnew: /^\/sim\/units\/active\/kubelet$/,
        // What kubeadm writes beside the settings; where it fails, they are refused as well.
        mayStay: /^\/(etc\/kubernetes\/tmp|sim\/kubelet-settings) is missing$/,
        args: ["host-1"],
        from: "worker",
        inputs: { KUBERNETES_VERSION: "v1.32.0", KUBELET_CONFIGURATION: `${kubelet}${refusedSetting}` },
        setup: put("/sim/cluster", {
            "configmaps/kube-system/kubelet-config": configMap(
                "kubelet-config",
                "kubelet",
                `${kubelet}${refusedSetting}`,
            ),
        }),
        code: 1,
        limitSeconds: 900,
    },
    {
        script: "renew-node.sh",
        name: "another patch of the kubelet",
        args: ["host-1"],
        from: "patched worker",
        inputs: { KUBERNETES_VERSION: "v1.32.0", KUBELET_CONFIGURATION: kubelet, PATCHES: patches(43) },
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
        script: "precheck.sh",
        name: "a bare host",
        from: "bare",
        inputs: precheck,
        packed: "precheck",
        command: ["bash", "-s"],
        bare: true,
        limitSeconds: 120,
    },
    { ...receive, name: "a bare host" },
    {
        ...receive,
        name: "other scripts than before",
        setup: "mkdir -p /var/lib/kubeadm-cluster; echo 0 >/var/lib/kubeadm-cluster/prepared",
        // The mark of what was done before goes before anything is done.
        makesAnew: /\/prepared$/,
    },
];
