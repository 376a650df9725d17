#!/usr/bin/env bash
# shellcheck disable=SC2154  # what sourced functions set
# On a worker: take the version of Kubernetes and the kubelet's settings that the cluster has now.
# usage: renew-node.sh NODE_NAME
# inputs (standard input, see read_inputs):
#   KUBERNETES_VERSION      such as v1.32.1; where it is another one, drain-node.sh has emptied this node
#   KUBELET_CONFIGURATION   the KubeletConfiguration as configured, by which a node knows that it is up to date
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-settings.sh
. "$here/kubelet-settings.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
read_inputs KUBERNETES_VERSION KUBELET_CONFIGURATION
version=$KUBERNETES_VERSION node=$1
lock

[ -e "$STATE/joined" ] || die "this host is no node of the cluster any more; run pulumi up with --replace for its join step"
# shellcheck source-path=SCRIPTDIR source=node-version.sh
. "$here/node-version.sh"
applied=$STATE/kubelet-configuration.yaml
begun=$STATE/renewing
installed_version
if [ "$installed" = "$version" ] && [ ! -e "$begun" ]; then
    if [ -e "$applied" ]; then
        known=$(<"$applied")
        if [ "$known" = "${KUBELET_CONFIGURATION%$'\n'}" ]; then exit 0; fi
    else
        # One that was never renewed has what the cluster held when it joined.
        now=$(</var/lib/kubelet/config.yaml)
        # Whoever could not ask takes the settings, which changes nothing where they are the same.
        held=$(kubectl "$AS_NODE" -n kube-system get configmap kubelet-config -o 'jsonpath={.data.kubelet}' 2>/dev/null) || held=
        if [ "$held" = "$now" ]; then exit 0; fi
    fi
fi
record "$begun"

stuck="It stays as it is, cordoned where it was being upgraded; workers after it were not touched"
if [ "$installed" != "$version" ]; then
    say "upgrading $node from $installed to $version"
    found=$(version_of kubeadm)
    if [ "$found" != "$version" ]; then install_kubernetes "$version" kubeadm; fi
    upgrade_node "kubeadm upgrade node failed on $node. $stuck. Correct what the lines above name and run pulumi up again"
    take_version "$version"
    await_ready "$node" "$version"
    [ "$node_ready" = yes ] ||
        die "$node is not Ready with $version, but: $seen. $stuck. See: journalctl -u kubelet; then run pulumi up again"
    record "$STATE/kubernetes-version" "$version"
else
    renew_kubelet_settings
    [ "$kubelet_settings" = taken ] ||
        die "this node's kubelet does not run with the new settings and has its former ones again. $stuck. Correct kubernetes.kubelet and run pulumi up again"
    await_ready "$node" "$version"
    [ "$node_ready" = yes ] || die "$node is not Ready with the new settings, but: $seen. $stuck. See: journalctl -u kubelet"
    await_serving_certificate 60
    [ "$serving" = there ] || die "the kubelet of $node cannot be asked for logs yet. $stuck. Run pulumi up again when that is mended"
fi
release "$node" "$AS_NODE"
record "$applied" "${KUBELET_CONFIGURATION%$'\n'}"
forget "$begun"
