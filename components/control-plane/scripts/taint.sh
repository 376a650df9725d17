#!/usr/bin/env bash
# On a control plane node: make a node's declared taints so. Taints that were never declared are not touched.
# usage: taint.sh NODE_NAME [none]   none = no taints are declared any more, whatever TAINTS says
# inputs (standard input, see read_inputs):
#   TAINTS         lines KEY=VALUE:EFFECT
#   FIRST_TAINTS   those that kubeadm sets on such a node: as long as nothing is known, they count as declared before
# What was declared before stands in a file of this host: what the Node says of it, its kubelet could have written.
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=cluster.sh
. "$here/cluster.sh"
# shellcheck source-path=SCRIPTDIR source=node-records.sh
. "$here/node-records.sh"
FIRST_TAINTS=''
read_inputs TAINTS FIRST_TAINTS
node=${1:?usage: taint.sh NODE_NAME [none]}
if [ "${2:-}" = none ]; then TAINTS=''; fi
require_node_name "$node"
lock
await_api "$((STEP_SECONDS > 90 ? STEP_SECONDS - 60 : 30))" "the taints of $node stay as they are"

# Without a record nothing else was declared, or by a version that kept none: nothing else is taken away then.
former=$FIRST_TAINTS
if [ -f "$TAINTED/$node" ]; then former=$(<"$TAINTED/$node"); fi
found=$(kubectl "$ADMIN" get node "$node" --ignore-not-found --request-timeout 20s -o 'jsonpath=node{"\n"}{range .spec.taints[*]}{.key}={.value}:{.effect}{"\n"}{end}')
if [ -z "$found" ]; then
    [ "${2:-}" = none ] || die "$node is no Node of the cluster; run pulumi up with --replace for its join step"
    # A Node that is gone has taken its taints along. The list says so: with this node in it, it is a true answer.
    nodes=$(kubectl "$ADMIN" get nodes --request-timeout 20s -o name)
    if [ -z "$nodes" ] || [[ $'\n'$nodes$'\n' == *$'\n'"node/$node"$'\n'* ]]; then
        die "whether $node is still a Node of the cluster could not be asked. Its taints stay as they are; run pulumi up again"
    fi
    forget "$TAINTED/$node"
    exit 0
fi
present=${found#*$'\n'}

# find_line TEXT LINES: sets `among` to whether one of the lines is this text.
find_line() {
    among=no
    if [[ $'\n'$2$'\n' == *$'\n'"$1"$'\n'* ]]; then among=yes; fi
}
# find_place KEY:EFFECT LINES: sets `among` to whether one of these taints has this key and effect, whatever its value.
find_place() {
    local line
    among=no
    while IFS= read -r line; do
        if [ "${line%%=*}:${line##*:}" = "$1" ]; then among=yes; fi
    done <<<"$2"
}
change() {
    kubectl "$ADMIN" taint --overwrite --request-timeout 20s node "$node" -- "$1" >/dev/null ||
        die "the taint ${1%-} of $node could not be changed; the line above says why. Run pulumi up again"
}

# declare_taints TAINTS: no record says the same as FIRST_TAINTS do, and none is made for them.
declare_taints() {
    if [ -e "$TAINTED/$node" ] || [ "$1" != "$FIRST_TAINTS" ]; then record "$TAINTED/$node" "$1"; fi
}

# Until all is done both are declared: a run that is cut off forgets neither.
both=$former
while IFS= read -r taint; do
    find_line "$taint" "$former"
    if [ "$among" = no ]; then both+=${both:+$'\n'}$taint; fi
done <<<"$TAINTS"
declare_taints "$both"

while IFS= read -r taint; do
    [ -n "$taint" ] || continue
    place=${taint%%=*}:${taint##*:}
    # One that is declared with another value is replaced below.
    find_place "$place" "$TAINTS"
    [ "$among" = no ] || continue
    # One that somebody else has removed, or made another one, is not the program's any more.
    find_line "$taint" "$present"
    if [ "$among" = yes ]; then change "$place-"; fi
done <<<"$former"
while IFS= read -r taint; do
    [ -n "$taint" ] || continue
    find_line "$taint" "$present"
    if [ "$among" = no ]; then change "$taint"; fi
done <<<"$TAINTS"
declare_taints "$TAINTS"
