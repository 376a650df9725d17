#!/usr/bin/env bash
# On a control plane node, started by a timer: approve the serving certificates that kubelets ask for, each for its own
# name and address alone. Everything else stays pending, and is logged once; a few for each who asks, older ones go.
# No inputs: the timer gives none. It takes no lock: steps that hold it wait for these certificates.
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=serving-approval.sh
. "$here/serving-approval.sh"
# shellcheck source-path=SCRIPTDIR source=certificate-requests.sh
. "$here/certificate-requests.sh"

# An API server that is away is asked again in ten seconds.
look_at_requests kubelet-serving
[ "$answered" = yes ] || exit 0

# judge_serving USERNAME USAGES REQUEST: sets `reason` to nothing where each of them is what this node's kubelet asks with.
judge_serving() {
    local node address
    reason="asked for by $1, which is no node"
    [[ "$1" =~ ^\"system:node:([a-z0-9][-a-z0-9.]*)\"$ ]] || return 0
    node=${BASH_REMATCH[1]}
    reason="$node is no node of this program"
    [ -f "$SERVING_NODES/$node" ] || return 0
    address=$(<"$SERVING_NODES/$node")
    judge_usages "$node" server "$2"
    [ -n "$reason" ] || judge_request "$node" "$address" "$3"
}

still='' refused=''
if [ -f "$SERVING_REFUSED" ]; then refused=$(<"$SERVING_REFUSED"); fi
while IFS=$'\t' read -r name uid username usages request; do
    [ -n "$name" ] || continue
    if [[ $'\n'$refused$'\n' != *$'\n'"$uid"$'\n'* ]]; then
        judge_serving "$username" "$usages" "$request"
        if [ -z "$reason" ]; then
            kubectl "$ADMIN" certificate approve --request-timeout 10s -- "$name" >/dev/null && say "<5>approved $name, $username"
            continue
        fi
        say "<4>$name stays pending: ${reason:0:300}"
    fi
    still+=$uid$'\n'
done <<<"$pending"
printf '%s' "$still" >"$SERVING_REFUSED"
drop_excess
