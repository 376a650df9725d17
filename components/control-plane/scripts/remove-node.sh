#!/usr/bin/env bash
# On a control plane node: move the Pods of another node elsewhere and delete its Node object.
# It takes no lock: it writes files of its node alone, and nodes that leave together are drained together.
# usage: remove-node.sh NODE_NAME [gone]   gone = its host is lost: nothing there has to end first
# inputs (standard input, see read_inputs): TOKEN_ID, of the worker's bootstrap token (secret)
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=cluster.sh
. "$here/cluster.sh"
# shellcheck source-path=SCRIPTDIR source=serving-approval.sh
. "$here/serving-approval.sh"
# shellcheck source-path=SCRIPTDIR source=node-records.sh
. "$here/node-records.sh"
read_inputs TOKEN_ID
node=${1:?usage: remove-node.sh NODE_NAME [gone]}
require_node_name "$node"
require_token_id "$TOKEN_ID"
# The control plane may be half-made when a first up has failed: then there is nothing to take the node out of.
[ -e "$STATE/initialised" ] || exit 0
# This step is ended from outside then, without a reason.
readonly LIMIT=$((STEP_SECONDS - 20))
await_api "$((LIMIT < 60 ? LIMIT : 60))" "$node cannot be taken out of the cluster. Repair it; or, if the whole cluster is to go, run on this host: rm $STATE/initialised. Then run the same command again"

# call ARGUMENTS...: kubectl; sets `said` and `code`. Where another node has just left etcd, the API server may swallow a
# request, and is asked again.
call() {
    local tries
    for ((tries = 1; ; tries++)); do
        code=0
        said=$(kubectl "$ADMIN" "$@" --request-timeout 20s) || code=$?
        if [ "$code" = 0 ] || [ "$tries" = 3 ] || [ $((SECONDS + 25)) -gt "$LIMIT" ]; then return 0; fi
        sleep 2
    done
}
# ask WHAT ARGUMENTS...: sets `said`. An API server that does not answer says nothing about a Node.
ask() {
    local what=$1 code
    shift
    call "$@"
    [ "$code" = 0 ] || die "$what of $node could not be asked; the line above says why. It stays in the cluster; run the same command again"
}
# order WHAT ARGUMENTS...: as ask, for what is to be done.
order() {
    local what=$1 code
    shift
    call "$@"
    [ "$code" = 0 ] || die "kubectl could not $what of $node; the line above says why. It stays in the cluster; run the same command again"
}

adopt_machines
# Before the token, which would be renewed.
forget "$ADMISSIONS/$TOKEN_ID"
order "delete the bootstrap token" -n kube-system delete secret "bootstrap-token-$TOKEN_ID" --ignore-not-found
# The record of its taints stays: another host may take this name, and what was declared for it.
forget "$NODES/$node"
forget_node "$node"
ask "the Node" get node "$node" --ignore-not-found -o name
[ -n "$said" ] || exit 0
order "cordon the Node" cordon "$node"

# look_elsewhere: sets `elsewhere` to yes where another node takes Pods. Where none does, as when the whole cluster goes,
# eviction would only wait.
look_elsewhere() {
    ask "the neighbours" get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.unschedulable} {.spec.taints[*].effect}{"\n"}{end}'
    elsewhere=$(awk -v n="$node" '{ name = $1; $1 = "" } name != n && !/true|NoSchedule|NoExecute/ { found = "yes" } END { print found }' <<<"$said")
}
drain() {
    local tries blocked told=''
    for ((tries = 0; tries < 12 && SECONDS + 15 < LIMIT; tries++)); do
        blocked=0
        told=$(kubectl "$ADMIN" drain "$node" --ignore-daemonsets --delete-emptydir-data --force --timeout 10s 2>&1) || blocked=$?
        if [ "$blocked" = 0 ]; then return 0; fi
        # The other nodes may be leaving at the same time.
        look_elsewhere
        if [ -z "$elsewhere" ]; then return 0; fi
    done
    tail -n 5 <<<"$told" >&2 || :
    die "the Pods of $node could not be moved within $SECONDS s; the lines above name what blocks (a PodDisruptionBudget?). The node is cordoned; run the same command again when it is out of the way"
}
if [ "${2:-}" = gone ]; then
    # Its kubelet will never confirm an end. The taint has volumes detached at once and keeps DaemonSets away.
    order "taint the Node" taint node "$node" --overwrite node.kubernetes.io/out-of-service=gone:NoExecute
    order "delete the Pods" delete pods --all-namespaces --field-selector "spec.nodeName=$node" --force --grace-period=0 --wait=false
    for ((tries = 0; tries < 20 && SECONDS < LIMIT; tries++)); do
        ask "the volumes" get volumeattachments -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}'
        if [[ $'\n'$said$'\n' != *$'\n'"$node"$'\n'* ]]; then break; fi
        sleep 1
    done
else
    ask "the condition" get node "$node" --ignore-not-found -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'
    if [ "$said" = Unknown ]; then
        say "$node does not report any more: it is not drained"
    else
        look_elsewhere
        if [ -n "$elsewhere" ]; then
            say "draining $node"
            drain
        fi
    fi
fi
order "delete the Node" delete node "$node" --ignore-not-found
