#!/usr/bin/env bash
# Make this host a node of the control plane: of a new cluster by kubeadm init, or beside others by kubeadm join.
# usage: init.sh [verify|join]
#   verify = tell whether the control plane is this cluster's and healthy; change nothing but the files that the next
#            reconfiguration is to use. A host that took the place of another joins, as JOIN_CONFIGURATION says.
#   join   = this host is not the first of the control plane
# inputs (standard input, see read_inputs):
#   CLUSTER_IDENTITY        lines NAME VALUE that cannot be changed on a living cluster
#   INIT_CONFIGURATION      kubeadm's v1beta4 InitConfiguration
#   CLUSTER_CONFIGURATION   its ClusterConfiguration, KubeletConfiguration and KubeProxyConfiguration
#   ENCRYPTION_CONFIGURATION    the API server's, for Secrets in etcd, or empty. Secret.
#   AUDIT_LEVEL, AUDIT_POLICY   name of the API server's audit policy, and the policy; may be empty
#   KUBECONFIG_USER         login user whose ~/.kube/config is written too, or empty
# and where there are several nodes:
#   JOIN_CONFIGURATION      kubeadm's JoinConfiguration with token and certificate key, or empty. Secret.
#   OTHER_MASTERS           addresses of the control plane's other nodes, apart by spaces
# output: with join, when this node's certificates expire: lines "# expires NAME DATE"
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=api-server-files.sh
. "$here/api-server-files.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
mode=${1:-} JOIN_CONFIGURATION='' OTHER_MASTERS=''
read_inputs JOIN_CONFIGURATION OTHER_MASTERS CLUSTER_IDENTITY INIT_CONFIGURATION CLUSTER_CONFIGURATION ENCRYPTION_CONFIGURATION AUDIT_LEVEL AUDIT_POLICY KUBECONFIG_USER
lock

identity=$STATE/cluster-identity
same_cluster() {
    local name value found
    while read -r name value; do
        found=$(awk -v n="$name" '$1 == n { $1 = ""; print substr($0, 2) }' "$identity")
        # A host that took another's place need not know what the cluster began with.
        [ -z "$found" ] || [ "$found" = "$value" ] || die "$name of this cluster is \"$found\" and cannot become \"$value\" on a living cluster; put the old value back, or destroy the stack and build it anew"
    done <<<"$CLUSTER_IDENTITY"
}
# One node of the control plane approves for all: the one that admits them.
approve_serving() {
    [ "$mode" != join ] || return 0
    record_own_node "$INIT_CONFIGURATION"
    set_serving_approval "$CLUSTER_CONFIGURATION"
}
finish() {
    if [ "$mode" = join ]; then
        # shellcheck source-path=SCRIPTDIR source=certificates.sh
        . "$here/certificates.sh"
        expiry_dates
    fi
    exit 0
}
# A node that was taken out of the cluster, and admitted again since, joins anew. Whose Node somebody has deleted by hand
# has no token, and stays what it is.
taken_out() {
    [ -n "$JOIN_CONFIGURATION" ] &&
        admin -n kube-system get secret "bootstrap-token-$(sed -n 's/^ *token: \([a-z0-9]*\)\..*/\1/p' <<<"$JOIN_CONFIGURATION")" >/dev/null 2>&1 &&
        [[ "$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node "$node" 2>&1 >/dev/null)" == *"(NotFound)"* ]]
}

# A join that was cut off after its work was done.
joined_already() {
    [ -n "$JOIN_CONFIGURATION" ] && [ -e "$identity" ] && api_ready && is_master "$node"
}

node=$(node_name_in <<<"$INIT_CONFIGURATION")
if { [ -e "$STATE/initialised" ] && ! taken_out; } || joined_already; then
    [ -e "$STATE/initialised" ] || touch "$STATE/initialised"
    same_cluster
    write_api_server_files
    approve_serving
    # A control plane that has just been restarted may need a moment.
    for _ in $(seq 60); do
        if api_ready; then finish; fi
        sleep 2
    done
    die "the control plane was initialised but its API server does not answer /readyz.$(etcd_trouble) See: crictl ps -a, journalctl -u kubelet"
fi
[ "$mode" != verify ] || [ -n "$JOIN_CONFIGURATION" ] || die "this host has no control plane of this program any more; run pulumi up with --replace for its init step"

# shellcheck source-path=SCRIPTDIR source=join-control-plane.sh
. "$here/join-control-plane.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-trouble.sh
. "$here/kubelet-trouble.sh"
rm -f "$STATE/initialised"
if [ -e "$identity" ]; then
    # An earlier run of this very script was cut off: what it began belongs to no cluster yet.
    say "what this host was before, or an unfinished kubeadm has left, is cleaned up first"
    leave
elif [ -e /etc/kubernetes/admin.conf ] || [ -e /etc/kubernetes/kubelet.conf ] || [ -e /var/lib/etcd/member ]; then
    die "this host already belongs to a Kubernetes cluster that this program did not make; run kubeadm reset on it if that cluster may go"
fi

printf '%s' "$CLUSTER_IDENTITY" >"$identity"
write_api_server_files
approve_serving
mkdir -p /etc/kubernetes
printf '%s' "$CLUSTER_CONFIGURATION" >"$STATE/cluster-configuration.yaml"
printf '%s---\n%s' "$INIT_CONFIGURATION" "$CLUSTER_CONFIGURATION" >"$STATE/kubeadm.yaml"
if [ -n "$JOIN_CONFIGURATION" ]; then
    join_control_plane
    touch "$STATE/initialised"
    finish
fi
say "kubeadm init"
if ! logged init kubeadm init --config "$STATE/kubeadm.yaml" --skip-token-print; then
    kubelet_trouble
    die "kubeadm init failed; correct what its last lines name and run pulumi up again"
fi

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
