/** Type token of KubeadmCluster: a promise to every stack that has one, and to programs in other languages. */
export const CLUSTER_TYPE = "kubeadm-cluster:index:KubeadmCluster";
