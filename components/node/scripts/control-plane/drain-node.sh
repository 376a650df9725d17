#!/usr/bin/env bash
# On a control plane node: move the Pods of a worker elsewhere before it is brought to another version of Kubernetes.
# usage: drain-node.sh NODE_NAME
# inputs (standard input, see read_inputs): KUBERNETES_VERSION, which the worker is about to run
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs KUBERNETES_VERSION
wanted=$KUBERNETES_VERSION
# shellcheck source-path=SCRIPTDIR source=node-version.sh
. "$here/node-version.sh"
node=$1 limit=300

running=$(admin get node "$node" --ignore-not-found -o 'jsonpath={.status.nodeInfo.kubeletVersion}')
[ -n "$running" ] || die "$node is no Node of the cluster; run pulumi up with --replace for its join step"
if [ "$running" = "$wanted" ]; then
    # A version that was taken back in the configuration, after the node was cordoned for it.
    release "$node" admin
    exit 0
fi

say "draining $node"
hold "$node" admin
mkdir -p "$LOGS"
log=$LOGS/drain-$node.log
# No --force: a Pod that nothing would make again is for its owner to move.
admin drain "$node" --ignore-daemonsets --delete-emptydir-data --timeout "${limit}s" >"$log" 2>&1 9>&- && exit 0
blocking=$(sed -nE 's|.*evicting pods/"([^"]+)" -n "([^"]+)".*|\2/\1|p; s|.*declare no controller \(use --force to override\): (.*)|\1|p' "$log" |
    tr ',' '\n' | awk '{ print $1 }' | sort -u | paste -sd ' ')
tail -n 3 "$log" >&2
die "$node could not be drained within $limit s${blocking:+, blocked by $blocking}. It stays cordoned and runs $running; let these Pods go (PodDisruptionBudget, replicas elsewhere, or delete them) and run pulumi up again"
