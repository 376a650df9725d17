# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: the names that kubeadm and the cluster's nodes resolve by /etc/hosts.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=containers.sh
. "$here/containers.sh"
# shellcheck source-path=SCRIPTDIR source=cloud-init-hosts.sh
. "$here/cloud-init-hosts.sh"

before=
if [ -n "$ENDPOINT_HOST" ] && [ -e /etc/hosts ]; then
    before=$(awk -v name="$ENDPOINT_HOST" '$2 == name && /# kubeadm-cluster$/ { print $1 }' /etc/hosts)
fi
if [ -n "$before" ] && [ "$before" != "$ENDPOINT_IP" ]; then record "$STATE/restart-kube-proxy"; fi

# kubeadm resolves the node's own name; the endpoint's name must mean the same on every node.
own="$NODE_IP $NODE_NAME # kubeadm-cluster"
if [ -n "$ENDPOINT_HOST" ]; then own+=$'\n'"$ENDPOINT_IP $ENDPOINT_HOST # kubeadm-cluster"; fi

# put_names FILE: lines of others stay as they are, byte for byte.
put_names() {
    local line lines=() others=''
    if [ -e "$1" ]; then mapfile lines <"$1"; fi
    for line in "${lines[@]}"; do
        if [[ "${line%$'\n'}" != *'# kubeadm-cluster' ]]; then others+=${line%$'\n'}$'\n'; fi
    done
    put "$1" 644 "$others$own"
}
# The next boot makes /etc/hosts of these.
managed=no templates=
look_at_cloud_init
for template in $templates; do put_names "$template"; done
put_names /etc/hosts
# By this verify.sh tells whether they are still there: the file is others', too.
record "$STATE/hosts-lines" "$own"

# Containers on the host's network have the file as it was at their start. The rules that kube-proxy has made stay meanwhile.
if [ -e "$STATE/restart-kube-proxy" ]; then
    containers=$(running kube-proxy)
    while read -r container; do
        [ -z "$container" ] || ctr -n k8s.io tasks kill --signal SIGTERM "$container" ||
            die "kube-proxy could not be restarted, and does not know that $ENDPOINT_HOST is $ENDPOINT_IP now; run pulumi up again"
    done <<<"$containers"
    forget "$STATE/restart-kube-proxy"
fi
