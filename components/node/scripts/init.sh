#!/usr/bin/env bash
# Make this host the control plane of a new cluster by kubeadm init.
# usage: init.sh [verify]   verify = tell whether the control plane is this cluster's and healthy; change nothing but the
#                           files that the next reconfiguration is to use
# inputs (standard input, see read_inputs):
#   CLUSTER_IDENTITY        lines NAME VALUE that cannot be changed on a living cluster
#   INIT_CONFIGURATION      kubeadm's v1beta4 InitConfiguration
#   CLUSTER_CONFIGURATION   its ClusterConfiguration, KubeletConfiguration and KubeProxyConfiguration
#   ENCRYPTION_CONFIGURATION    the API server's, for Secrets in etcd, or empty. Secret.
#   AUDIT_LEVEL, AUDIT_POLICY   name of the API server's audit policy, and the policy; may be empty
#   KUBECONFIG_USER         login user whose ~/.kube/config is written too, or empty
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=api-server-files.sh
. "$here/api-server-files.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
read_inputs CLUSTER_IDENTITY INIT_CONFIGURATION CLUSTER_CONFIGURATION ENCRYPTION_CONFIGURATION AUDIT_LEVEL AUDIT_POLICY KUBECONFIG_USER
lock

identity=$STATE/cluster-identity
same_cluster() {
    local name value found
    while read -r name value; do
        found=$(awk -v n="$name" '$1 == n { $1 = ""; print substr($0, 2) }' "$identity")
        [ "$found" = "$value" ] || die "$name of this cluster is \"$found\" and cannot become \"$value\" on a living cluster; put the old value back, or destroy the stack and build it anew"
    done <<<"$CLUSTER_IDENTITY"
}
ready() { [ "$(admin get --raw /readyz 2>/dev/null)" = ok ]; }

if [ -e "$STATE/initialised" ]; then
    same_cluster
    write_api_server_files
    record_own_node "$INIT_CONFIGURATION"
    set_serving_approval "$CLUSTER_CONFIGURATION"
    # A control plane that has just been restarted may need a moment.
    for _ in $(seq 60); do
        ready && exit 0
        sleep 2
    done
    die "the control plane was initialised but its API server does not answer /readyz; see: crictl ps -a, journalctl -u kubelet"
fi
[ "${1:-}" != verify ] || die "this host has no control plane of this program any more; run pulumi up with --replace for its init step"

if [ -e "$identity" ]; then
    # An earlier run of this very script was cut off: what it began belongs to no cluster yet.
    say "an unfinished kubeadm init is cleaned up first"
    logged reset kubeadm reset -f
    rm -rf /var/lib/etcd
elif [ -e /etc/kubernetes/admin.conf ] || [ -e /etc/kubernetes/kubelet.conf ] || [ -e /var/lib/etcd/member ]; then
    die "this host already belongs to a Kubernetes cluster that this program did not make; run kubeadm reset on it if that cluster may go"
fi

printf '%s' "$CLUSTER_IDENTITY" >"$identity"
write_api_server_files
record_own_node "$INIT_CONFIGURATION"
set_serving_approval "$CLUSTER_CONFIGURATION"
mkdir -p /etc/kubernetes
printf '%s' "$CLUSTER_CONFIGURATION" >"$STATE/cluster-configuration.yaml"
printf '%s---\n%s' "$INIT_CONFIGURATION" "$CLUSTER_CONFIGURATION" >"$STATE/kubeadm.yaml"
say "kubeadm init"
logged init kubeadm init --config "$STATE/kubeadm.yaml" --skip-token-print ||
    die "kubeadm init failed; correct what its last lines name and run pulumi up again"

if [ -n "$KUBECONFIG_USER" ]; then
    home=$(getent passwd "$KUBECONFIG_USER" | cut -d: -f6)
    group=$(id -gn "$KUBECONFIG_USER")
    if [ ! -e "$home/.kube/config" ]; then
        install -d -m 700 -o "$KUBECONFIG_USER" -g "$group" "$home/.kube"
        install -m 600 -o "$KUBECONFIG_USER" -g "$group" /etc/kubernetes/admin.conf "$home/.kube/config"
        echo "$home/.kube/config" >"$STATE/user-kubeconfig"
    fi
fi
touch "$STATE/initialised"
