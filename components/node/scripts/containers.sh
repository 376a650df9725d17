# shellcheck shell=bash
# Sourced by prepare-hosts.sh, renew-certificates.sh and etcd-restore.sh: containers of Kubernetes' own components.

# running COMPONENT: ids of its containers that run on this host.
running() {
    local labels="labels.\"io.kubernetes.container.name\"==$1,labels.\"io.kubernetes.pod.namespace\"==kube-system"
    ctr -n k8s.io tasks list -q | grep -xFf <(ctr -n k8s.io containers list -q "$labels") || true
}
