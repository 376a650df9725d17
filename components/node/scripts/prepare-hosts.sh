# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: the names that kubeadm and the cluster's nodes resolve by /etc/hosts.
# shellcheck source-path=SCRIPTDIR source=containers.sh
. "$here/containers.sh"

endpoint_now() { [ -z "$ENDPOINT_HOST" ] || awk -v name="$ENDPOINT_HOST" '$2 == name && /# kubeadm-cluster$/ { print $1 }' /etc/hosts; }
before=$(endpoint_now)
if [ -n "$before" ] && [ "$before" != "$ENDPOINT_IP" ]; then touch "$STATE/restart-kube-proxy"; fi

# kubeadm resolves the node's own name; the endpoint's name must mean the same on every node.
hosts=$(grep -v '# kubeadm-cluster$' /etc/hosts || true)
{
    printf '%s\n' "$hosts"
    printf '%s %s # kubeadm-cluster\n' "$NODE_IP" "$NODE_NAME"
    [ -z "$ENDPOINT_HOST" ] || printf '%s %s # kubeadm-cluster\n' "$ENDPOINT_IP" "$ENDPOINT_HOST"
} | put /etc/hosts 644 || true

# Containers on the host's network have the file as it was at their start. The rules that kube-proxy has made stay meanwhile.
if [ -e "$STATE/restart-kube-proxy" ]; then
    running kube-proxy | xargs -r -n 1 ctr -n k8s.io tasks kill --signal SIGTERM || true
    rm -f "$STATE/restart-kube-proxy"
fi
