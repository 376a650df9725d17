#!/usr/bin/env bash
# shellcheck disable=SC2154  # what sourced functions set
# On a worker: take the version of Kubernetes and the kubelet's settings that the cluster has now.
# usage: renew-node.sh NODE_NAME
# inputs (standard input, see read_inputs):
#   KUBERNETES_VERSION      such as v1.32.1; where it is another one, drain-node.sh has emptied this node
#   REPAIR                  another text than before = the settings are looked at again, see repair.sh. Default: none
#   KUBELET_CONFIGURATION   the KubeletConfiguration as configured, by which a node knows that it is up to date
#   PATCHES             kubeadm's patches for this node, each as NAME, its number of lines and the lines. Default: none
#   PATCHES_DIRECTORY   or where the owner has put them on this host. Default: nowhere
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-settings.sh
. "$here/kubelet-settings.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
# shellcheck source-path=SCRIPTDIR source=patches.sh
. "$here/patches.sh"
# shellcheck source-path=SCRIPTDIR source=repair.sh
. "$here/repair.sh"
PATCHES='' PATCHES_DIRECTORY='' REPAIR=''
read_inputs KUBERNETES_VERSION KUBELET_CONFIGURATION PATCHES PATCHES_DIRECTORY REPAIR
look_at_repair renew-node
version=$KUBERNETES_VERSION node=$1
lock

[ -e "$STATE/joined" ] || die "this host is no node of the cluster any more; run pulumi up with --replace for its join step"
# shellcheck source-path=SCRIPTDIR source=node-version.sh
. "$here/node-version.sh"
applied=$STATE/kubelet-configuration.yaml
begun=$STATE/renewing
installed_version
bring_patches
use_patches "$patches"
if [ "$installed" = "$version" ] && [ ! -e "$begun" ] && [ "$repairing" = no ] && [ "$patches" = "$patches_before" ]; then
    if [ -e "$applied" ]; then
        known=$(<"$applied")
        if [ "$known" = "${KUBELET_CONFIGURATION%$'\n'}" ]; then exit 0; fi
    else
        # One that was never renewed has what the cluster held when it joined.
        now=$(</var/lib/kubelet/config.yaml)
        # Whoever could not ask takes the settings, which changes nothing where they are the same.
        held=$(kubectl "$AS_NODE" -n kube-system get configmap kubelet-config --request-timeout 20s -o 'jsonpath={.data.kubelet}' 2>/dev/null) || held=
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
    look_for_patches kubeletconfiguration
    [ "$kubelet_settings" = taken ] ||
        die "this node's kubelet does not run with the new settings$named, and has its former ones again. $stuck. Correct kubernetes.kubelet or kubernetes.kubeadm.patches and run pulumi up again"
    await_ready "$node" "$version"
    [ "$node_ready" = yes ] || die "$node is not Ready with the new settings, but: $seen. $stuck. See: journalctl -u kubelet"
    await_serving_certificate 60
    [ "$serving" = there ] || die "the kubelet of $node cannot be asked for logs yet. $stuck. Run pulumi up again when that is mended"
fi
release "$node" "$AS_NODE"
settle_patches
record "$applied" "${KUBELET_CONFIGURATION%$'\n'}"
repaired renew-node
forget "$begun"
