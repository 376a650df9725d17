# shellcheck shell=bash
# Sourced by prepare-hosts.sh, renew-certificates.sh and etcd-restore.sh: containers of Kubernetes' own components.
set -euo pipefail

# running COMPONENT: ids of its containers that run on this host. It fails where containerd cannot be asked.
running() {
    local labels="labels.\"io.kubernetes.container.name\"==$1,labels.\"io.kubernetes.pod.namespace\"==kube-system" ours alive id
    ours=$(ctr -n k8s.io containers list -q "$labels")
    alive=$(ctr -n k8s.io tasks list -q)
    while read -r id; do
        if [ -n "$id" ] && [[ $'\n'$alive$'\n' == *$'\n'"$id"$'\n'* ]]; then printf '%s\n' "$id"; fi
    done <<<"$ours"
}
