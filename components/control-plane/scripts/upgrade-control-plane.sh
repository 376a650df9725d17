# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by reconfigure.sh, whose inputs it uses: brings the control plane node to another version of Kubernetes by
# kubeadm upgrade. Everything here can be run again: after a failure, the next run goes on where this one stopped.
# shellcheck source-path=SCRIPTDIR source=node-version.sh
. "$here/node-version.sh"
set -euo pipefail

# take_kubeadm: the one that goes with the wanted version.
take_kubeadm() {
    local found
    found=$(version_of kubeadm)
    if [ "$found" != "$KUBERNETES_VERSION" ]; then install_kubernetes "$KUBERNETES_VERSION" kubeadm; fi
}

# finish_upgrade UNTOUCHED: what kubeadm leaves to do on this node; UNTOUCHED is added to what a failure says.
finish_upgrade() {
    take_version "$KUBERNETES_VERSION"
    await_ready "$NODE_NAME" "$KUBERNETES_VERSION"
    [ "$node_ready" = yes ] ||
        die "the kubelet of $NODE_NAME is not Ready with $KUBERNETES_VERSION, but: $seen. $NODE_NAME stays cordoned$1. See: journalctl -u kubelet; then run pulumi up again"
    release "$NODE_NAME" "$ADMIN"
    record "$STATE/kubernetes-version" "$KUBERNETES_VERSION"
}

# save_etcd: once before an upgrade, however often it is begun.
save_etcd() {
    local said
    if [ -e "$begun" ]; then return 0; fi
    said=$("$here/etcd-snapshot.sh" <<<END) ||
        die "etcd could not be saved, so $NODE_NAME is not upgraded; nothing was changed. Correct what the lines above name and run pulumi up again"
    said=${said#'kubeadm-cluster> '}
    [ -s "$said" ] || die "etcd-snapshot.sh names no snapshot, so $NODE_NAME is not upgraded; nothing was changed"
    record "$STATE/last-snapshot" "$said"
    record "$begun"
}

# upgrade_control_plane FROM: the first node, and what belongs to the whole cluster.
upgrade_control_plane() {
    local from=$1 begun=$STATE/upgrade-to-$KUBERNETES_VERSION snapshot whole failed
    say "upgrading the control plane from $from to $KUBERNETES_VERSION"
    save_etcd
    snapshot=$(<"$STATE/last-snapshot")
    hold "$NODE_NAME" "$ADMIN"
    take_kubeadm
    # kubeadm takes the settings from the cluster. The version there stays the old one until it has done its work.
    whole_configuration "${CLUSTER_CONFIGURATION/"kubernetesVersion: $KUBERNETES_VERSION"/"kubernetesVersion: $from"}" ""
    printf '%s' "$whole" >"$wanted_files/uploaded.yaml"
    failed="kubeadm upgrade of the control plane to $KUBERNETES_VERSION failed; $NODE_NAME stays cordoned, workers were not touched, etcd was saved in $snapshot. Correct what the lines above name and run pulumi up again"
    must upgrade "$failed" kubeadm init phase upload-config kubeadm --config "$wanted_files/uploaded.yaml"
    must upgrade "$failed" kubeadm upgrade plan "$KUBERNETES_VERSION"
    must upgrade "$failed" kubeadm upgrade apply "$KUBERNETES_VERSION" --yes "${patch_flags[@]}"
    finish_upgrade ", workers were not touched"
    forget "$begun"
}

# upgrade_joined FROM: the same on a further node of the control plane, when the first one is done.
upgrade_joined() {
    say "upgrading $NODE_NAME from $1 to $KUBERNETES_VERSION"
    printf 'KUBERNETES_VERSION 1\n%s\nEND\n' "$KUBERNETES_VERSION" |
        env STEP_SECONDS="$((STEP_SECONDS - SECONDS))" "$here/drain-node.sh" "$NODE_NAME"
    take_kubeadm
    upgrade_node "kubeadm upgrade node failed on $NODE_NAME, which stays cordoned; nodes after it were not touched. Correct what the lines above name and run pulumi up again"
    finish_upgrade ""
}
