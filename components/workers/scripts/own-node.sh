# shellcheck shell=bash disable=SC2154  # said is of join.sh
# Sourced by join.sh: what the cluster says of the node that this host is, to the host's own kubelet.
set -euo pipefail

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
