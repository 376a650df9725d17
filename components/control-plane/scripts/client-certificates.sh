# shellcheck shell=bash disable=SC2154
# Sourced by admission.sh, behind certificate-requests.sh: the first client certificate of a node, by which its kubelet is
# the node. Renewals are the controller manager's: who asks is the node already.
set -euo pipefail

# Requests that were refused, by their uid: each is told of once.
declare -A REFUSED

# approve_clients: what asks with the token of an admission is approved for that node's name, and no other.
approve_clients() {
    local name uid username usages request reason
    look_at_requests kube-apiserver-client-kubelet
    if [ "$answered" = no ]; then return 0; fi
    while IFS=$'\t' read -r name uid username usages request; do
        if [ -z "$name" ] || [ -n "${REFUSED[$uid]:-}" ]; then continue; fi
        judge_client "$username" "$usages" "$request"
        if [ -n "$reason" ]; then
            REFUSED[$uid]=yes
            say "<4>$name stays pending: ${reason:0:300}"
        elif kubectl "$ADMIN" certificate approve --request-timeout 10s -- "$name" >/dev/null; then
            say "<5>approved $name, $username"
        fi
    done <<<"$pending"
    drop_excess
}

# judge_client USERNAME USAGES REQUEST: sets `reason` to nothing where it is that of an admitted node's kubelet.
judge_client() {
    local node id
    reason="asked for by $1, which is no token of an admission"
    [[ "$1" =~ ^\"system:bootstrap:([a-z0-9]{6})\"$ ]] || return 0
    id=${BASH_REMATCH[1]}
    [ -f "$ADMISSIONS/$id" ] || return 0
    # The node may be removed just now.
    IFS= read -r node <"$ADMISSIONS/$id" || return 0
    judge_usages "$node" client "$2"
    [ -n "$reason" ] || judge_request "$node" "" "$3"
}
