# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: kubeadm, kubelet, kubectl and the CNI plug-ins on a host that is not yet a node.

# shellcheck source-path=SCRIPTDIR source=install-kubernetes.sh
. "$here/install-kubernetes.sh"

# upgradable FROM TO: before anything is changed on any host.
upgradable() {
    local from_minor to_minor
    from_minor=$(cut -d. -f2 <<<"$1")
    to_minor=$(cut -d. -f2 <<<"$2")
    [ "$(printf '%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$2" ] || die "this node runs Kubernetes $1, and a downgrade to $2 is not possible; put kubernetes.version back"
    [ "$to_minor" -le $((from_minor + 1)) ] || die "this node runs Kubernetes $1, and $2 skips a minor version; set kubernetes.version to a 1.$((from_minor + 1)) first"
    [ "$INSTALL" != binaries ] || download -o /dev/null "$BINARIES_URL/$2/bin/linux/$(architecture)/kubeadm.sha256" ||
        die "$BINARIES_URL has no Kubernetes $2; nothing was changed. See mirrors.binaries and kubernetes.version"
}

installed=$(cat "$STATE/kubernetes-version" 2>/dev/null || true)
way=$(cat "$STATE/install" 2>/dev/null || echo "${installed:+binaries}")
if [ -e /etc/kubernetes/kubelet.conf ]; then
    [ "$way" = "$INSTALL" ] ||
        die "this node has its programs from ${way:-another installation}, the configuration says install: $INSTALL; a living node keeps its way. Put the old one back, or remove the node and add it again"
    # A living node is brought to another version later, one node at a time.
    [ "$installed" = "$KUBERNETES_VERSION" ] || upgradable "$installed" "$KUBERNETES_VERSION"
elif [ "$installed" != "$KUBERNETES_VERSION" ] || [ "$way" != "$INSTALL" ]; then
    # What another way has left would hide the programs of this one.
    [ -z "$way" ] || [ "$way" = "$INSTALL" ] || uninstall_kubernetes
    echo "$INSTALL" >"$STATE/install"
    say "$NODE_NAME: installing Kubernetes $KUBERNETES_VERSION"
    install_kubernetes "$KUBERNETES_VERSION" kubeadm kubelet kubectl
    echo "$KUBERNETES_VERSION" >"$STATE/kubernetes-version"
elif [ "$INSTALL" = none ]; then
    install_kubernetes "$KUBERNETES_VERSION" kubeadm kubelet kubectl
fi

case $INSTALL in
binaries)
    if [ "$(cat "$STATE/cni-plugins-version" 2>/dev/null)" != "$CNI_PLUGINS_VERSION" ]; then
        archive=$(mktemp "$STATE/cni-plugins.XXXXXX")
        url=$CNI_PLUGINS_URL/$CNI_PLUGINS_VERSION/cni-plugins-linux-$(architecture)-$CNI_PLUGINS_VERSION.tgz
        fetch "$url" "$url.sha256" "$archive" "CNI plug-ins $CNI_PLUGINS_VERSION"
        # The archive has an entry for its own directory, whose mode would become that of /opt/cni/bin.
        tar -xzf "$archive" -C /opt/cni/bin --no-overwrite-dir --no-same-owner
        chmod 755 /opt/cni/bin
        tar -tzf "$archive" | sed -n 's|^\./||; /./p' >"$STATE/cni-plugins"
        rm -f "$archive"
        echo "$CNI_PLUGINS_VERSION" >"$STATE/cni-plugins-version"
    fi
    ;;
*)
    # The package kubernetes-cni brings them, or the host's owner.
    for plugin in loopback bridge host-local portmap; do
        [ -x "/opt/cni/bin/$plugin" ] ||
            die "/opt/cni/bin/$plugin is missing; install the package kubernetes-cni, or the release of the CNI plug-ins, on this host"
    done
    ;;
esac
