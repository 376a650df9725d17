import { kubelet, TOKEN_ID } from "./inputs";

export const node = (name: string, more = "") =>
    `{"apiVersion":"v1","kind":"Node","metadata":{"name":"${name}","uid":"uid-${name}","labels":{"kubernetes.io/hostname":"${name}"},"annotations":{"kubeadm.alpha.kubernetes.io/cri-socket":"unix:///run/containerd/containerd.sock"}},"spec":{${more}},"status":{"nodeInfo":{"kubeletVersion":"v1.32.0","machineID":"aaaa"},"conditions":[{"type":"Ready","status":"True","message":"posting"}]}}`;
/** Objects of a cluster, put where the double of kubectl keeps them. */
export const put = (store: string, objects: Record<string, string>) =>
    Object.entries(objects)
        .map(
            ([file, text]) =>
                `mkdir -p ${store}/${file.replace(/\/[^/]*$/, "")}; printf '%s\\n' '${text}' >${store}/${file}.json`,
        )
        .join("\n");
export const configMap = (name: string, key: string, text: string) =>
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
export const elsewhere = put("/sim/cluster", {
    "nodes/_/other": node("other"),
    "configmaps/kube-system/kubelet-config": configMap("kubelet-config", "kubelet", kubelet),
    [`secrets/kube-system/bootstrap-token-${TOKEN_ID}`]: tokenSecret,
});
export const localStore = "/var/lib/etcd/member/store";
export const workers = put(localStore, {
    "nodes/_/worker-1": node("worker-1", '"taints":[{"key":"old","value":"x","effect":"NoSchedule"}]'),
    "nodes/_/worker-2": node("worker-2"),
    "deployments/kube-system/coredns": '{"kind":"Deployment","metadata":{"name":"coredns","namespace":"kube-system"}}',
    "daemonsets/kube-system/kube-proxy":
        '{"kind":"DaemonSet","metadata":{"name":"kube-proxy","namespace":"kube-system"}}',
    "pods/default/web":
        '{"kind":"Pod","metadata":{"name":"web","namespace":"default"},"spec":{"nodeName":"worker-1"},"status":{"phase":"Running"}}',
});
/** What the owner has put beside kubeadm's files. */
export const ownersFiles = `mkdir -p /etc/kubernetes/pki/etcd /etc/kubernetes/manifests /etc/kubernetes/patches /var/lib/kubelet
echo own >/etc/kubernetes/audit-policy.yaml; echo own >/etc/kubernetes/patches/etcd.yaml; echo own >/etc/kubernetes/pki/oidc-ca.crt
echo own >/etc/kubernetes/pki/etcd/backup.crt; echo own >/etc/kubernetes/manifests/own.yaml; echo own >/var/lib/kubelet/config.json`;
/** A Secret that was written before there was a key. */
export const secret = `\n${put(localStore, {
    "secrets/default/app":
        '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"app","namespace":"default"},"data":{"a":"Yg=="}}',
})}`;
/** What a host is in a cluster, which goes before it joins anew. */
export const asNode = /^\/(etc\/kubernetes|var\/lib\/kubelet|sim\/(units|etcd-))|\/(joined|initialised)$/;
/** What a host has before, and is to have again. */
export const ownFiles =
    "mkdir -p /etc/containerd; echo 'version = 2' >/etc/containerd/config.toml; echo 'debug: true' >/etc/crictl.yaml";
/** Others that manage the host: its network, its names, and swap at every boot. */
export const managers = `mkdir -p /etc/NetworkManager/conf.d /etc/systemd/network /etc/cloud/templates /etc/systemd/system/multi-user.target.wants /etc/systemd/system/swap.target.wants
for unit in NetworkManager systemd-networkd zramswap; do printf '[Service]\\nExecStart=/bin/true\\n' >/usr/lib/systemd/system/$unit.service; : >/sim/units/active/$unit; done
ln -s /usr/lib/systemd/system/zramswap.service /etc/systemd/system/multi-user.target.wants/zramswap.service
printf '[Swap]\\nWhat=/swap\\n' >/etc/systemd/system/swap.swap
ln -s /etc/systemd/system/swap.swap /etc/systemd/system/swap.target.wants/swap.swap
printf '#!/bin/sh\\n' >/usr/bin/cloud-init; chmod 755 /usr/bin/cloud-init
echo 'manage_etc_hosts: true' >/etc/cloud/cloud.cfg
printf '## template:jinja\\n127.0.1.1 {{fqdn}} {{hostname}}\\n' >/etc/cloud/templates/hosts.debian.tmpl
mkdir -p /etc/containerd/certs.d/docker.io; echo theirs >/etc/containerd/certs.d/docker.io/hosts.toml; echo theirs >/etc/containerd/certs.d/docker.io/ca.crt`;
/** What pods of a network leave on a host, beside what is the host's own. */
export const network = `mkdir -p /sim/links /sim/sets
for link in cni0 flannel.1 eth0; do : >/sim/links/$link; done
for set in KUBE-SRC weave-x own; do : >/sim/sets/$set; done
echo "10.244.1.0/24 via 10.0.0.12 dev eth0" >/sim/routes
mkdir -p /var/lib/cni /etc/cni/net.d && echo x >/var/lib/cni/net && echo x >/etc/cni/net.d/10-flannel.conflist
echo kept >/var/lib/neighbour`;

/** The etcd of the node that this one joins: it answers, whether this host's runs or not. */
export const otherMember =
    ': >/sim/remote-etcd; : >/sim/mounts; chmod 600 /sim/mounts; echo "1111111111111111, started, master, https://10.0.0.10:2380, https://10.0.0.10:2379, false" >/sim/members';
/** Another member of etcd, and this one. */
export const threeMembers = `printf '%s\\n' "8e9e05c52164694d, started, host-1, https://10.0.0.11:2380, https://10.0.0.11:2379, false" \
    "1111111111111111, started, master-2, https://10.0.0.12:2380, https://10.0.0.12:2379, false" \
    "2222222222222222, started, master-3, https://10.0.0.13:2380, https://10.0.0.13:2379, false" >/sim/members
echo 'etcd_network_active_peers{Remote="a"} 1' >/sim/etcd-peers
${put(localStore, { "nodes/_/master-2": node("master-2", '"taints":[{"key":"node-role.kubernetes.io/control-plane","effect":"NoSchedule"}]') })}`;
/** A request for a certificate as a kubelet makes it, in Go's kinds of texts: for NAME, with further names or none. */
const request = (object: string, user: string, signer: string, usages: string, name: string, names: string) => `
    printf '[req]\\nstring_mask=nombstr\\nprompt=no\\ndistinguished_name=name\\n[name]\\nO=system:nodes\\nCN=system:node:${name}\\n' >config
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -config config ${names && `-addext subjectAltName=${names}`} -out csr 2>/dev/null
    printf '{"kind":"CertificateSigningRequest","metadata":{"name":"${object}","uid":"uid-${object}","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"signerName":"kubernetes.io/${signer}","username":"${user}","usages":["digital signature","${usages}"],"request":"%s"},"status":{}}' \
        "$(base64 -w 0 csr)" >${localStore}/certificatesigningrequests/_/${object}.json`;
const requestsOf = (...all: string[]) =>
    `mkdir -p ${localStore}/certificatesigningrequests/_; cd /run\n${all.join("\n")}\nrm config key csr`;
const serving = (object: string, node: string, names: string) =>
    request(object, `system:node:${node}`, "kubelet-serving", "server auth", node, names);
/**
 * The request of worker-3's kubelet for a serving certificate, one for what it may not have, and of a node that nobody has
 * admitted more than may wait.
 */
export const requests = requestsOf(
    serving("csr-honest", "worker-3", "DNS:worker-3,IP:10.0.0.31"),
    serving("csr-another", "worker-3", "DNS:other-node,IP:10.0.0.31"),
    ...[1, 2, 3, 4, 5, 6].map((one) => serving(`csr-many-${one}`, "worker-9", "")),
);
const client = (object: string, user: string, name: string) =>
    request(object, `system:bootstrap:${user}`, "kube-apiserver-client-kubelet", "client auth", name, "");
/** By the token of worker-3: the request for its client certificate, and one for another node's. */
export const clientRequests = requestsOf(
    client("csr-honest", "wrk001", "worker-3"),
    client("csr-another", "wrk001", "worker-1"),
);
const dns = (name: string) =>
    `{"kind":"Pod","metadata":{"name":"${name}","namespace":"kube-system","labels":{"k8s-app":"kube-dns"}},"spec":{"nodeName":"host-1"},"status":{"phase":"Running"}}`;
/** CoreDNS as it begins: both Pods on the first node. */
export const dnsTogether = put(localStore, {
    "pods/kube-system/coredns-1": dns("coredns-1"),
    "pods/kube-system/coredns-2": dns("coredns-2"),
});
const daemon = (name: string) =>
    `{"kind":"Deployment","metadata":{"name":"${name}","namespace":"rook-ceph","labels":{"app":"rook-ceph-osd"}},"spec":{"template":{"spec":{"containers":[{"image":"ceph:19"}]}}},"status":{"availableReplicas":1}}`;
export const storage = put(localStore, {
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

/** A host of the RHEL family: dnf and rpm in place of apt and dpkg; SELinux enforces its policy. */
export const rhel = `rm /usr/bin/apt-get /usr/bin/apt-cache /usr/bin/apt-mark /usr/bin/dpkg /usr/bin/dpkg-query
rm -f /etc/debian_version
for program in dnf rpm getenforce setenforce restorecon; do ln -s /usr/lib/cuts/double "/usr/bin/$program"; done
mkdir -p /etc/yum.repos.d /etc/pki/rpm-gpg /etc/dnf/plugins /etc/selinux /var/lib/rpm/keys /var/cache/dnf /var/lib/dnf
printf '[main]\\ngpgcheck=1\\n' >/etc/dnf/dnf.conf
printf '[main]\\nenabled=1\\n' >/etc/dnf/plugins/versionlock.conf
printf '# as it was\\nSELINUX=enforcing\\nSELINUXTYPE=targeted\\n' >/etc/selinux/config
echo Enforcing >/sim/selinux
: >/var/lib/rpm/keys/gpg-pubkey-aaaa-1`;
