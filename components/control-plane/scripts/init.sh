#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2153,SC2154
# Make this host a node of the control plane: of a new cluster by kubeadm init, or beside others by kubeadm join.
# usage: init.sh [join] [verify]
#   join   = this host is not the first of the control plane
#   verify = tell whether the control plane is this cluster's and healthy; change nothing but the files that the next
#            reconfiguration is to use. A host that took the place of another joins, as JOIN_CONFIGURATION says.
#            Without it, a control plane that lives here already gets the settings, too: another state has made it.
# inputs (standard input, see read_inputs):
#   NODE_NAME, KUBERNETES_VERSION, CLUSTER_CONFIGURATION, KUBELET_CONFIGURATION, KUBE_PROXY_CONFIGURATION,
#   CERTIFICATE_CONFIGURATION    as of reconfigure.sh
#   CLUSTER_IDENTITY        lines NAME VALUE that cannot be changed on a living cluster
#   INIT_CONFIGURATION      kubeadm's v1beta4 InitConfiguration
#   ADVERTISE_ADDRESS       the node's own address in it
#   SERVING_CERTIFICATES    true = kubelets ask for serving certificates, which this node approves
#   ENCRYPTION_KEY          what Secrets in etcd are to be encrypted with, in base64, or empty. Secret.
#   ENCRYPTION_KEY_NAME     name of that key, made of a digest of it
#   AUDIT_LEVEL, AUDIT_POLICY   name of the API server's audit policy, and the policy; may be empty
#   KUBECONFIG_USER         login user whose ~/.kube/config is written too, or empty
#   PATCHES, PATCHES_DIRECTORY, ETCD_DATA_DIR   as of reconfigure.sh
# and where there are several nodes:
#   JOIN_CONFIGURATION      kubeadm's JoinConfiguration with token and certificate key, or empty. Secret.
#   TOKEN_ID                the public half of that token
#   OTHER_MASTERS           addresses of the control plane's other nodes, apart by spaces
#   ENCRYPTION_KEYS         the cluster's keys, lines NAME SECRET, or empty. Secret.
# output: with join, when this node's certificates expire: lines "# expires NAME DATE"
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
. "$here/lib.sh"
. "$here/cluster.sh"
. "$here/certificates.sh"
. "$here/encryption-keys.sh"
. "$here/api-server-files.sh"
. "$here/serving-certificates.sh"
. "$here/serving-approval.sh"
. "$here/init-configuration.sh"
. "$here/living-control-plane.sh"
. "$here/join-control-plane.sh"
. "$here/kubelet-trouble.sh"
. "$here/patches.sh"
. "$here/empty.sh"
. "$here/etcd-directory.sh"
. "$here/kubeadm-reset.sh"
. "$here/return-node.sh"
ETCD_DATA_DIR=$ETCD_DEFAULT
PATCHES='' PATCHES_DIRECTORY='' JOIN_CONFIGURATION='' OTHER_MASTERS='' TOKEN_ID='' ENCRYPTION_KEYS=''
read_inputs NODE_NAME KUBERNETES_VERSION CLUSTER_CONFIGURATION KUBELET_CONFIGURATION KUBE_PROXY_CONFIGURATION CERTIFICATE_CONFIGURATION \
    CLUSTER_IDENTITY INIT_CONFIGURATION ADVERTISE_ADDRESS SERVING_CERTIFICATES ENCRYPTION_KEY ENCRYPTION_KEY_NAME AUDIT_LEVEL \
    AUDIT_POLICY KUBECONFIG_USER JOIN_CONFIGURATION TOKEN_ID OTHER_MASTERS ENCRYPTION_KEYS PATCHES PATCHES_DIRECTORY ETCD_DATA_DIR
mode=" $* "
lock

identity=$STATE/cluster-identity
# One node of the control plane approves for all: the one that admits them.
approve_serving() {
    if [[ "$mode" == *" join "* ]]; then return 0; fi
    record_node "$NODE_NAME" "$ADVERTISE_ADDRESS"
    set_serving_approval "$SERVING_CERTIFICATES"
}
own_host() { if [ -n "$STACK_IDENTITY" ]; then record "$OWNER" "$STACK_IDENTITY"; fi; }
finish() {
    if [[ "$mode" == *" join "* ]]; then
        look_at_expiry
        answer "${expiry[@]}"
    fi
    exit 0
}

look_whether_living
if [ "$living" = yes ]; then
    same_cluster
    own_host
    # The run that made this node was cut off between its start and its marks.
    if [ ! -e "$STATE/initialised" ]; then api_server_started; fi
    record "$STATE/initialised"
    keep_init_configuration
    write_api_server_files living
    approve_serving
    # A change that was cut off may have left a manifest with which nothing answers.
    if [ -e "$STATE/manifests-kept" ] || [ -e "$STATE/reconfigure" ]; then catch_up; fi
    await_api
    if [ "$taken_out" = no ]; then
        return_control_plane_node
        if [[ "$mode" != *" verify "* ]]; then catch_up; fi
        finish
    fi
fi
if [[ "$mode" == *" verify "* ]] && [ -z "$JOIN_CONFIGURATION" ]; then
    die "this host has no control plane of this program any more; run pulumi up with --replace for its init step"
fi

forget "$STATE/initialised"
if [ -e "$identity" ]; then
    # An earlier run of this very script was cut off: what it began belongs to no cluster yet.
    say "what this host was before, or an unfinished kubeadm has left, is cleaned up first"
    leave
elif [ -e /etc/kubernetes/admin.conf ] || [ -e /etc/kubernetes/kubelet.conf ] || [ -e "$ETCD_DATA_DIR/member" ]; then
    die "this host already belongs to a Kubernetes cluster that this program did not make; run kubeadm reset on it if that cluster may go"
fi

own_host
bring_patches
record "$identity" "$CLUSTER_IDENTITY"
take_etcd_directory "${JOIN_CONFIGURATION:-$INIT_CONFIGURATION}"
write_api_server_files new
approve_serving
mkdir -p /etc/kubernetes
put "$INIT_DOCUMENT" 600 "${INIT_CONFIGURATION%$'\n'}"
put "$STATE/cluster-configuration.yaml" 600 "${CLUSTER_CONFIGURATION%$'\n'}"
whole_configuration "${CLUSTER_CONFIGURATION%$'\n'}" "$patches"
put "$STATE/kubeadm.yaml" 600 "$whole"
if [ -n "$JOIN_CONFIGURATION" ]; then
    join_control_plane
    api_server_started
    settle_patches
    record "$STATE/initialised"
    finish
fi
say "kubeadm init"
attempt init kubeadm init --config "$STATE/kubeadm.yaml" --skip-token-print "${preflight[@]}"
if [ "$code" != 0 ]; then
    kubelet_trouble
    look_for_patches ''
    die "kubeadm init failed$named; correct what its last lines name and run pulumi up again"
fi
api_server_started
settle_patches
if [ -n "$KUBECONFIG_USER" ]; then give_user_kubeconfig; fi
record "$STATE/initialised"
