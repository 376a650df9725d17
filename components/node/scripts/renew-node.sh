#!/usr/bin/env bash
# On a worker: take the version of Kubernetes and the kubelet's settings that the cluster has now.
# usage: renew-node.sh NODE_NAME
# inputs (standard input, see read_inputs):
#   KUBERNETES_VERSION      such as v1.32.1; where it is another one, drain-node.sh has emptied this node
#   KUBELET_CONFIGURATION   the KubeletConfiguration as configured, by which a node knows that it is up to date
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-settings.sh
. "$here/kubelet-settings.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
read_inputs KUBERNETES_VERSION KUBELET_CONFIGURATION
version=$KUBERNETES_VERSION node=$1
# shellcheck source-path=SCRIPTDIR source=node-version.sh
. "$here/node-version.sh"
lock

[ -e "$STATE/joined" ] || die "this host is no node of the cluster any more; run pulumi up with --replace for its join step"
applied=$STATE/kubelet-configuration.yaml
begun=$STATE/renewing
if [ "$(installed_version)" = "$version" ] && [ ! -e "$begun" ]; then
    if cmp -s "$applied" <(printf '%s' "$KUBELET_CONFIGURATION"); then exit 0; fi
    # One that was never renewed has what the cluster held when it joined.
    held=$(as_node -n kube-system get configmap kubelet-config -o 'jsonpath={.data.kubelet}' 2>/dev/null || true)
    if [ ! -e "$applied" ] && [ "$held" = "$(cat /var/lib/kubelet/config.yaml)" ]; then exit 0; fi
fi
touch "$begun"

stuck="It stays as it is, cordoned where it was being upgraded; workers after it were not touched"
if [ "$(installed_version)" != "$version" ]; then
    say "upgrading $node from $(installed_version) to $version"
    [ "$(version_of kubeadm)" = "$version" ] || install_kubernetes "$version" kubeadm
    logged upgrade kubeadm upgrade node ||
        die "kubeadm upgrade node failed on $node. $stuck. Correct what the lines above name and run pulumi up again"
    take_version "$version"
    await_ready "$node" "$version" ||
        die "$node is not Ready with $version. $stuck. See: journalctl -u kubelet; then run pulumi up again"
    echo "$version" >"$STATE/kubernetes-version"
else
    renew_kubelet_settings ||
        die "this node's kubelet does not run with the new settings and has its former ones again. $stuck. Correct kubernetes.kubelet and run pulumi up again"
    await_ready "$node" "$version" || die "$node is not Ready with the new settings. $stuck. See: journalctl -u kubelet"
    await_serving_certificate 60 || die "the kubelet of $node cannot be asked for logs yet. $stuck. Run pulumi up again when that is mended"
fi
release "$node" as_node || die "$node is upgraded but could not be uncordoned; run pulumi up again"
printf '%s' "$KUBELET_CONFIGURATION" >"$applied"
rm -f "$begun"
