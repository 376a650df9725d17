#!/usr/bin/env bash
# Make this host a worker of the cluster by kubeadm join. Where it is one already, only its kubelet is looked at: one whose
# certificate has expired joins anew, and one whose Node is gone registers again.
# inputs (standard input, see read_inputs):
#   NODE_NAME            name of the node
#   JOIN_CONFIGURATION   a JoinConfiguration that holds the token (secret)
#   PATCHES, PATCHES_DIRECTORY   as of renew-node.sh
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-trouble.sh
. "$here/kubelet-trouble.sh"
# shellcheck source-path=SCRIPTDIR source=patches.sh
. "$here/patches.sh"
# shellcheck source-path=SCRIPTDIR source=kubeadm-reset.sh
. "$here/kubeadm-reset.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-certificate.sh
. "$here/kubelet-certificate.sh"
# shellcheck source-path=SCRIPTDIR source=return-node.sh
. "$here/return-node.sh"
# shellcheck source-path=SCRIPTDIR source=own-node.sh
. "$here/own-node.sh"
PATCHES='' PATCHES_DIRECTORY=''
read_inputs NODE_NAME JOIN_CONFIGURATION PATCHES PATCHES_DIRECTORY
lock

# The token is in it: memory only, and gone with this script, or with the next one where this one is killed.
config=/run/kubeadm-cluster-join
# What the last question and the last attempt said. In memory too: a full disk is no reason not to ask.
said=/run/kubeadm-cluster-join.said
rm -f "$config" "$config".*
trap 'rm -f "$config" "$said"' EXIT

# start_kubelet, and little more: this host has joined. One of before there were identities is this stack's from now on.
start_kubelet() {
    if [ -n "$STACK_IDENTITY" ]; then record "$OWNER" "$STACK_IDENTITY"; fi
    systemctl -q is-active kubelet || systemctl start kubelet ||
        die "this node has joined, but its kubelet does not run; see: journalctl -u kubelet"
}

if [ -e "$STATE/joined" ]; then
    look_at_certificate
    back=no
    if [ "$certificate" = expired ]; then
        say "this node's kubelet has no valid certificate any more, so it joins anew"
    else
        ask_for_node
        if [ "$node" = absent ]; then register_again "$AS_NODE"; fi
        if [ "$node" != absent ] && [ "$node" != unknown ]; then finish_registering "$AS_NODE"; fi
        # A node that does not come back joins anew. One that cannot ask stays.
        if [ "$node" != absent ] || [ "$back" = yes ]; then
            start_kubelet
            exit 0
        fi
    fi
    forget "$STATE/joined" "$REGISTERING"
elif [ -e /etc/kubernetes/kubelet.conf ]; then
    [ -e "$STATE/joining" ] ||
        die "this host already belongs to a Kubernetes cluster that this program did not make; run kubeadm reset on it if that cluster may go"
    # A join was cut off, or the power took its last mark. What has no certificate yet is no node, and has nobody to ask as.
    if openssl x509 -noout -in /var/lib/kubelet/pki/kubelet-client-current.pem >/dev/null 2>&1; then
        ask_for_node
        if [ "$node" = unknown ]; then
            tail -n 5 "$said" >&2 || :
            die "whether this host is the cluster's node $NODE_NAME cannot be asked, so it is left as it is. Run pulumi up again when the API server answers; where that cluster is gone, run kubeadm reset -f here first"
        fi
        if [ "$node" = here ]; then
            name_patches
            settle_patches
            drop_stale_bridge "$AS_NODE"
            record "$STATE/joined"
            start_kubelet
            exit 0
        fi
    fi
fi
bring_patches
record "$STATE/joining"
# shellcheck disable=SC2154  # both are set there
patched_document "${JOIN_CONFIGURATION%$'\n'}" "$patches"
# shellcheck disable=SC2154
printf '%s\n' "$document" >"$config"

# A run that was cut off in clearing away.
return_aside
say "kubeadm join"
joins=0
# kubeadm waits up to ten minutes by itself. What it said last is told before this step's own time is over.
left() { seconds=$((STEP_SECONDS - SECONDS - LAST_WORDS)); }
left
while [ "$joins" -lt 4 ] && [ "$seconds" -ge 5 ]; do
    # What a cut-off or failed attempt left would make preflight refuse the next one.
    if compgen -G '/etc/kubernetes/*.conf' >/dev/null || [ -e /etc/kubernetes/pki/ca.crt ]; then
        reset_kubeadm "what a join left here could not be cleared away; correct what the lines above name and run pulumi up again" "$seconds"
        left
        if [ "$seconds" -lt 5 ]; then break; fi
    fi
    joins=$((joins + 1))
    attempt join timeout -k 5 "$seconds" kubeadm join --config "$config" 2>"$said"
    if [ "$code" = 0 ]; then
        settle_patches
        drop_stale_bridge "$AS_NODE"
        record "$STATE/joined"
        exit 0
    fi
    # The cluster takes a node that was away for Ready until it has missed it for a minute, and kubeadm refuses that name.
    refused=no
    if [ "$SECONDS" -lt 180 ]; then
        code=0
        grep -qF 'and status "Ready" already exists' "$said" || code=$?
        [ "$code" -le 1 ] || die "what kubeadm said could not be read again"
        if [ "$code" = 0 ]; then refused=yes; fi
    fi
    if [ "$refused" = yes ]; then
        joins=$((joins - 1))
        sleep 10
        left
        continue
    fi
    # A young control plane may answer discovery before it serves kubeadm-config, or not yet have signed the token.
    if [ "$joins" -lt 4 ]; then sleep $((joins * 3)); fi
    left
done
cat "$said" >&2
kubelet_trouble
look_for_patches ''
# shellcheck disable=SC2154  # set there
die "kubeadm join failed $joins times in $SECONDS s$named; correct what the lines above name and run pulumi up again. Where its token is refused, npm run verify names the command that has another one made"
