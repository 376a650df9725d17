#!/usr/bin/env bash
# On a worker: take the kubelet's settings that the cluster holds now, where they are not this node's yet.
# usage: renew-node.sh NODE_NAME
# inputs (standard input, see read_inputs):
#   KUBELET_CONFIGURATION   the KubeletConfiguration as configured, by which a node knows that it is up to date
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-settings.sh
. "$here/kubelet-settings.sh"
read_inputs KUBELET_CONFIGURATION
node=$1
lock

[ -e "$STATE/joined" ] || die "this host is no node of the cluster any more; run pulumi up with --replace for its join step"
applied=$STATE/kubelet-configuration.yaml
if cmp -s "$applied" <(printf '%s' "$KUBELET_CONFIGURATION"); then exit 0; fi
# One that was never renewed has what the cluster held when it joined.
held=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf -n kube-system get configmap kubelet-config -o 'jsonpath={.data.kubelet}' 2>/dev/null || true)
if [ ! -e "$applied" ] && [ "$held" = "$(cat /var/lib/kubelet/config.yaml)" ]; then exit 0; fi

renew_kubelet_settings ||
    die "this node's kubelet does not run with the new settings and has its former ones again; workers after this one were not touched. Correct kubernetes.kubelet and run pulumi up again"
ready() { [ "$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node "$node" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = True ]; }
for ((tries = 0; tries < 120; tries++)); do
    ready && break
    sleep 1
done
ready || die "$node is not Ready with the new settings; workers after this one were not touched. See: journalctl -u kubelet"
printf '%s' "$KUBELET_CONFIGURATION" >"$applied"
