#!/usr/bin/env bash
# On a control plane node: move the Pods of another node elsewhere and delete its Node object.
# usage: remove-node.sh NODE_NAME [gone]   gone = its host is lost: nothing there has to end first
# inputs (standard input, see read_inputs): TOKEN_ID, of the worker's bootstrap token (secret)
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
read_inputs TOKEN_ID
node=$1
# The control plane may be half-made when a first up has failed: then there is nothing to take the node out of.
[ -e "$STATE/initialised" ] || exit 0
mkdir -p "$LOGS"

for attempt in $(seq 30); do
    [ "$(admin get --raw /readyz 2>/dev/null)" != ok ] || break
    [ "$attempt" -lt 30 ] || die "the API server does not answer, so $node cannot be taken out of the cluster.$(etcd_trouble) Repair it; or, if the whole cluster is to go, run on this host: rm $STATE/initialised. Then run the same command again"
    sleep 2
done

systemctl -q stop "kubeadm-cluster-admission-$TOKEN_ID" 2>/dev/null || true
admin -n kube-system delete secret "bootstrap-token-$TOKEN_ID" --ignore-not-found >/dev/null
sed -i "/^$node /d" "$STATE/machines" 2>/dev/null || true
forget_node "$node"
admin get node "$node" >/dev/null 2>&1 || exit 0

admin cordon "$node" >/dev/null
# Where no other node takes Pods, as when the whole cluster goes, eviction would only wait.
elsewhere() {
    admin get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.unschedulable} {.spec.taints[*].effect}{"\n"}{end}' |
        awk -v n="$node" '{ name = $1; $1 = "" } name != n && !/true|NoSchedule|NoExecute/ { found = 1 } END { exit !found }'
}
drain() {
    for _ in $(seq 12); do
        if admin drain "$node" --ignore-daemonsets --delete-emptydir-data --force --timeout 10s >>"$LOGS/drain.log" 2>&1; then return 0; fi
        # The other nodes may be leaving at the same time.
        elsewhere || return 0
    done
    tail -n 5 "$LOGS/drain.log" >&2
    die "the Pods of $node could not be moved within 120 s; the lines above name what blocks (a PodDisruptionBudget?). The node is cordoned; run the same command again when it is out of the way"
}
if [ "${2:-}" = gone ]; then
    # Its kubelet will never confirm an end. The taint has volumes detached at once and keeps DaemonSets away.
    admin taint node "$node" --overwrite node.kubernetes.io/out-of-service=gone:NoExecute >/dev/null
    admin delete pods --all-namespaces --field-selector "spec.nodeName=$node" --force --grace-period=0 --wait=false >>"$LOGS/drain.log" 2>&1
    for _ in $(seq 20); do
        attached=$(admin get volumeattachments -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}')
        grep -qxF "$node" <<<"$attached" || break
        sleep 1
    done
elif [ "$(admin get node "$node" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = Unknown ]; then
    say "$node does not report any more: it is not drained"
elif elsewhere; then
    say "draining $node"
    drain
fi
admin delete node "$node" --ignore-not-found >/dev/null
