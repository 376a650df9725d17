#!/usr/bin/env bash
# Make this host a worker of the cluster by kubeadm join. Where it is one already, only its kubelet is looked at.
# inputs (standard input, see read_inputs):
#   NODE_NAME            name of the node
#   JOIN_CONFIGURATION   a JoinConfiguration that holds the token (secret)
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-trouble.sh
. "$here/kubelet-trouble.sh"
read_inputs NODE_NAME JOIN_CONFIGURATION
lock

# The token is in it: memory only, and gone with this script, or with the next one where this one is killed.
config=/run/kubeadm-cluster-join
# What the last question and the last attempt said. In memory too: a full disk is no reason not to ask.
said=/run/kubeadm-cluster-join.said
rm -f "$config" "$config".*
trap 'rm -f "$config" "$said"' EXIT

# look_at_node: sets `node` to what the cluster says to this host's own kubelet's question: absent; here = it is this
# machine, joined to its end; else = another machine, or a join that was cut off; unknown = it could not be asked.
look_at_node() {
    local reply name machine socket own
    own=$(</etc/machine-id)
    node=unknown
    reply=$(kubectl "$AS_NODE" get node "$NODE_NAME" --ignore-not-found --request-timeout 10s \
        -o 'jsonpath={.metadata.name} {.status.nodeInfo.machineID} {.metadata.annotations.kubeadm\.alpha\.kubernetes\.io/cri-socket}' \
        2>"$said") || return 0
    read -r name machine socket <<<"$reply" || :
    # Since 1.34 kubeadm writes the runtime's socket into a file on the host and no longer on the Node.
    if [ -z "$socket" ] && [ -s /var/lib/kubelet/instance-config.yaml ]; then socket=here; fi
    if [ -z "$name" ]; then node=absent; elif [ "$machine" = "$own" ] && [ -n "$socket" ]; then node=here; else node=else; fi
}

# ask_for_node: as look_at_node; one that cannot be asked may be on its way back: for a minute it is asked again.
ask_for_node() {
    local tries
    for ((tries = 0; tries < 12; tries++)); do
        look_at_node
        if [ "$node" != unknown ]; then return 0; fi
        sleep 5
    done
}

# start_kubelet, and little more: this host has joined. One of before there were identities is this stack's from now on.
start_kubelet() {
    if [ -n "$STACK_IDENTITY" ]; then record "$OWNER" "$STACK_IDENTITY"; fi
    systemctl -q is-active kubelet || systemctl start kubelet ||
        die "this node has joined, but its kubelet does not run; see: journalctl -u kubelet"
}

if [ -e "$STATE/joined" ]; then
    ask_for_node
    # A node that was taken out of the cluster, and admitted again since, joins anew. One that cannot ask stays.
    if [ "$node" != absent ]; then
        start_kubelet
        exit 0
    fi
    forget "$STATE/joined"
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
            record "$STATE/joined"
            start_kubelet
            exit 0
        fi
    fi
fi
record "$STATE/joining"
printf '%s' "$JOIN_CONFIGURATION" >"$config"

say "kubeadm join"
joins=0
# kubeadm waits up to ten minutes by itself. What it said last is told before this step's own time is over.
left() { seconds=$((STEP_SECONDS - SECONDS - 45)); }
left
while [ "$joins" -lt 4 ] && [ "$seconds" -ge 5 ]; do
    # What a cut-off or failed attempt left would make preflight refuse the next one.
    if compgen -G '/etc/kubernetes/*.conf' >/dev/null || [ -e /etc/kubernetes/pki/ca.crt ]; then
        must reset "what a join left here could not be cleared away; correct what the lines above name and run pulumi up again" \
            timeout -k 5 "$seconds" kubeadm reset -f
        left
        if [ "$seconds" -lt 5 ]; then break; fi
    fi
    joins=$((joins + 1))
    attempt join timeout -k 5 "$seconds" kubeadm join --config "$config" 2>"$said"
    if [ "$code" = 0 ]; then
        record "$STATE/joined"
        exit 0
    fi
    # A young control plane may answer discovery before it serves kubeadm-config, or not yet have signed the token.
    if [ "$joins" -lt 4 ]; then sleep $((joins * 3)); fi
    left
done
cat "$said" >&2
kubelet_trouble
die "kubeadm join failed $joins times in $SECONDS s; correct what the lines above name and run pulumi up again"
