# shellcheck shell=bash disable=SC2034
# Sourced by scripts of control plane nodes: what the control plane remembers of its nodes. Only root can write it, and
# nothing that a node says of itself stands in for it. A file per node: one name never changes what another one's is.
set -euo pipefail

# Which machine a node was admitted as: machine-id and product_uuid.
readonly NODES=$STATE/nodes
# Nodes that are admitted and have not joined: by the id of their token, lines NODE, KIND, of the control plane the Secret by
# which its certificates lie ready, and where the node was in the cluster before, since when it may join anew.
readonly ADMISSIONS=$STATE/admissions
# The taints that the program has declared.
readonly TAINTED=$STATE/taints

# require_node_name NAME: the name becomes the name of a file and a word of commands.
require_node_name() {
    [[ "$1" =~ ^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$ ]] || die "\"$1\" is no name of a node; nothing was changed"
}

require_token_id() {
    [[ "$1" =~ ^[a-z0-9]{6}$ ]] || die "TOKEN_ID is not the first half of a bootstrap token; nothing was changed"
}

# require_machine TEXT: what a host says of itself: one line, or it would be a line for another node.
require_machine() {
    [[ "$1" =~ ^[0-9a-f]{32}\ [^[:space:]]{1,64}$ ]] ||
        die "the host gives no machine-id of 32 hexadecimal digits and one word for its product_uuid, but: ${1@Q}. Nothing was changed; on that host: rm /etc/machine-id, systemd-machine-id-setup, reboot"
}

# adopt_machines: versions before kept one list. Of a name that stands there twice the first line is the program's.
adopt_machines() {
    local list=$STATE/machines name machine
    [ -e "$list" ] || return 0
    while read -r name machine; do
        if [[ "$name" =~ ^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$ ]] && [[ "$machine" =~ ^[0-9a-f]{32}\ [^[:space:]]{1,64}$ ]] &&
            [ ! -e "$NODES/$name" ]; then
            record "$NODES/$name" "$machine"
        fi
    done <"$list"
    forget "$list"
}

# await_api SECONDS WHAT: the API server may be on its way back; WHAT is what cannot be done without it.
await_api() {
    local until=$((SECONDS + $1)) tries api trouble
    for ((tries = 0; tries * 2 <= $1 && SECONDS <= until; tries++)); do
        look_at_api
        if [ "$api" = ready ]; then return 0; fi
        sleep 2
    done
    look_at_etcd
    die "the API server of this host does not answer, so $2.$trouble See: crictl ps -a, journalctl -u kubelet"
}
