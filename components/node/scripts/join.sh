#!/usr/bin/env bash
# Make this host a worker of the cluster by kubeadm join. Where it is one already, only its kubelet is looked at.
# inputs (standard input, see read_inputs): JOIN_CONFIGURATION, a JoinConfiguration that holds the token (secret)
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-trouble.sh
. "$here/kubelet-trouble.sh"
read_inputs JOIN_CONFIGURATION
lock

# A node that was taken out of the cluster, and admitted again since, joins anew.
name=$(node_name_in <<<"$JOIN_CONFIGURATION")
removed() { [[ "$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node "$name" 2>&1 >/dev/null)" == *"(NotFound)"* ]]; }

if [ -e "$STATE/joined" ] && ! removed; then
    systemctl -q is-active kubelet || systemctl start kubelet ||
        die "this node has joined, but its kubelet does not run; see: journalctl -u kubelet"
    exit 0
fi
rm -f "$STATE/joined"

if [ ! -e "$STATE/joining" ] && [ -e /etc/kubernetes/kubelet.conf ]; then
    die "this host already belongs to a Kubernetes cluster that this program did not make; run kubeadm reset on it if that cluster may go"
fi
touch "$STATE/joining"

# The token is in it: memory only, and gone with this script.
config=$(mktemp /run/kubeadm-cluster-join.XXXXXX)
trap 'rm -f "$config"' EXIT
printf '%s' "$JOIN_CONFIGURATION" >"$config"

say "kubeadm join"
for attempt in 1 2 3 4; do
    # What a cut-off or failed attempt left would make preflight refuse the next one.
    if compgen -G '/etc/kubernetes/*.conf' >/dev/null || [ -e /etc/kubernetes/pki/ca.crt ]; then
        logged reset kubeadm reset -f
    fi
    if logged join kubeadm join --config "$config" 2>"$LOGS/join-attempt"; then
        touch "$STATE/joined"
        exit 0
    fi
    # A young control plane may answer discovery before it serves kubeadm-config, or not yet have signed the token.
    [ "$attempt" = 4 ] || sleep $((attempt * 3))
done
cat "$LOGS/join-attempt" >&2
kubelet_trouble
die "kubeadm join failed $attempt times; correct what the lines above name and run pulumi up again"
