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
/** What pods of a network leave on a host, beside what is the host's own. */
export const network = `mkdir -p /sim/links /sim/sets
for link in cni0 flannel.1 eth0; do : >/sim/links/$link; done
for set in KUBE-SRC weave-x own; do : >/sim/sets/$set; done
echo "10.244.1.0/24 via 10.0.0.12 dev eth0" >/sim/routes
mkdir -p /var/lib/cni /etc/cni/net.d && echo x >/var/lib/cni/net && echo x >/etc/cni/net.d/10-flannel.conflist
echo kept >/var/lib/neighbour`;

/** Another member of etcd, and this one. */
export const threeMembers = `printf '%s\\n' "8e9e05c52164694d, started, host-1, https://10.0.0.11:2380, https://10.0.0.11:2379, false" \
    "1111111111111111, started, master-2, https://10.0.0.12:2380, https://10.0.0.12:2379, false" \
    "2222222222222222, started, master-3, https://10.0.0.13:2380, https://10.0.0.13:2379, false" >/sim/members
echo 'etcd_network_active_peers{Remote="a"} 1' >/sim/etcd-peers
${put(localStore, { "nodes/_/master-2": node("master-2", '"taints":[{"key":"node-role.kubernetes.io/control-plane","effect":"NoSchedule"}]') })}`;
/** The request of worker-3's kubelet for a serving certificate, and one for what it may not have. */
export const requests = `cd /tmp
for name in worker-3 other-node; do
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -subj "/O=system:nodes/CN=system:node:worker-3" \
        -addext "subjectAltName=DNS:$name,IP:10.0.0.31" -out csr 2>/dev/null
    mkdir -p ${localStore}/certificatesigningrequests/_
    printf '{"kind":"CertificateSigningRequest","metadata":{"name":"csr-%s","uid":"uid-%s","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"signerName":"kubernetes.io/kubelet-serving","username":"system:node:worker-3","groups":["system:nodes"],"usages":["digital signature","server auth"],"request":"%s"},"status":{}}' \
        "$name" "$name" "$(base64 -w 0 csr)" >${localStore}/certificatesigningrequests/_/csr-$name.json
done
rm key csr`;
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
