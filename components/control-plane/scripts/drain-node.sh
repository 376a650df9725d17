#!/usr/bin/env bash
# On a control plane node: move the Pods of a worker elsewhere before it is brought to another version of Kubernetes.
# usage: drain-node.sh NODE_NAME
# inputs (standard input, see read_inputs): KUBERNETES_VERSION, which the worker is about to run
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs KUBERNETES_VERSION
wanted=$KUBERNETES_VERSION
# shellcheck source-path=SCRIPTDIR source=node-version.sh
. "$here/node-version.sh"
node=${1:?usage: drain-node.sh NODE_NAME} limit=$((STEP_SECONDS - SECONDS - 60))
if [ "$limit" -gt 300 ]; then limit=300; fi

found=$(kubectl "$ADMIN" get node "$node" --ignore-not-found --request-timeout 20s -o 'jsonpath=node {.status.nodeInfo.kubeletVersion}') ||
    die "the version of $node could not be asked; the line above says why. Nothing was changed; run pulumi up again"
[ -n "$found" ] || die "$node is no Node of the cluster; run pulumi up with --replace for its join step"
running=${found#node }
if [ "$running" = "$wanted" ]; then
    # A version that was taken back in the configuration, after the node was cordoned for it.
    release "$node" "$ADMIN"
    exit 0
fi

say "draining $node"
hold "$node" "$ADMIN"
code=0
# No --force: a Pod that nothing would make again is for its owner to move.
told=$(kubectl "$ADMIN" drain "$node" --ignore-daemonsets --delete-emptydir-data --timeout "${limit}s" 2>&1) || code=$?
[ "$code" != 0 ] || exit 0
# For the message alone.
blocking=$(sed -nE 's|.*evicting pods/"([^"]+)" -n "([^"]+)".*|\2/\1|p; s|.*declare no controller \(use --force to override\): (.*)|\1|p' <<<"$told" |
    tr ',' '\n' | awk '{ print $1 }' | sort -u | paste -sd ' ') || blocking=
tail -n 3 <<<"$told" >&2 || :
die "$node could not be drained within $limit s${blocking:+, blocked by $blocking}. It stays cordoned and runs $running; let these Pods go (PodDisruptionBudget, replicas elsewhere, or delete them) and run pulumi up again"
