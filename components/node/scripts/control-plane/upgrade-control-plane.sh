# shellcheck shell=bash disable=SC2154
# Sourced by reconfigure.sh: brings the control plane node to another version of Kubernetes by kubeadm upgrade.
# shellcheck source-path=SCRIPTDIR source=node-version.sh
. "$here/node-version.sh"

# finish_upgrade VERSION UNTOUCHED: what kubeadm leaves to do on this node; UNTOUCHED is added to what a failure says.
finish_upgrade() {
    local version=$1 node=$NODE_NAME
    take_version "$version"
    await_ready "$node" "$version" ||
        die "the kubelet of $node is not Ready with $version; $node stays cordoned$2. See: journalctl -u kubelet; then run pulumi up again"
    release "$node" admin || die "$node is upgraded to $version and stays cordoned$2; run pulumi up again"
    echo "$version" >"$STATE/kubernetes-version"
}

# upgrade_control_plane VERSION SETTINGS: SETTINGS are kubeadm's documents as they shall be, flags included. Everything
# here can be run again: after a failure, the next run goes on where this one stopped.
upgrade_control_plane() {
    local version=$1 settings=$2 from node begun=$STATE/upgrade-to-$1 snapshot=$STATE/last-snapshot
    from=$(installed_version)
    node=$NODE_NAME
    say "upgrading the control plane from $from to $version"
    if [ ! -e "$begun" ]; then
        "$here/etcd-snapshot.sh" >"$snapshot.new" || die "etcd could not be saved, so $node is not upgraded; nothing was changed"
        mv "$snapshot.new" "$snapshot"
        touch "$begun"
    fi
    hold "$node" admin
    [ "$(version_of kubeadm)" = "$version" ] || install_kubernetes "$version" kubeadm
    # kubeadm takes the settings from the cluster. The version there stays the old one until it has done its work.
    sed "s/^kubernetesVersion: .*/kubernetesVersion: $from/" "$settings" >"$settings.uploaded"
    if ! logged upgrade kubeadm init phase upload-config kubeadm --config "$settings.uploaded" ||
        ! logged upgrade kubeadm upgrade plan "$version" ||
        ! logged upgrade kubeadm upgrade apply "$version" --yes; then
        die "kubeadm upgrade of the control plane to $version failed; $node stays cordoned, workers were not touched, etcd was saved in $(cat "$snapshot"). Correct what the lines above name and run pulumi up again"
    fi
    finish_upgrade "$version" ", workers were not touched"
    rm -f "$begun"
}

# upgrade_joined VERSION: the same on a further node of the control plane, when the first one is done.
upgrade_joined() {
    local version=$1 node=$NODE_NAME
    say "upgrading $node from $(installed_version) to $version"
    "$here/drain-node.sh" "$node" <<<"KUBERNETES_VERSION 1"$'\n'"$version"
    [ "$(version_of kubeadm)" = "$version" ] || install_kubernetes "$version" kubeadm
    logged upgrade kubeadm upgrade node ||
        die "kubeadm upgrade node failed on $node, which stays cordoned; nodes after it were not touched. Correct what the lines above name and run pulumi up again"
    finish_upgrade "$version" ""
}
