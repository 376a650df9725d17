# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: kubeadm, kubelet, kubectl and the CNI plug-ins on a host that is not yet a node.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=install-kubernetes.sh
. "$here/install-kubernetes.sh"

# upgradable FROM TO: before anything is changed on any host.
upgradable() {
    local from_minor to_minor newest arch url
    from_minor=$(cut -d. -f2 <<<"$1")
    to_minor=$(cut -d. -f2 <<<"$2")
    newest=$(printf '%s\n' "$1" "$2" | sort -V | tail -n 1)
    [ "$newest" = "$2" ] || die "this node runs Kubernetes $1, and a downgrade to $2 is not possible; put kubernetes.version back"
    [ "$to_minor" -le $((from_minor + 1)) ] || die "this node runs Kubernetes $1, and $2 skips a minor version; set kubernetes.version to a 1.$((from_minor + 1)) first"
    if [ "$INSTALL" != binaries ]; then return 0; fi
    arch=$(architecture)
    url=$BINARIES_URL/$2/bin/linux/$arch/kubeadm
    pinned_sum kubeadm "$2"
    # A mirror need not have sums that nobody asks for.
    if [ -n "$sum" ]; then download "$url" --head -o /dev/null; else download "$url.sha256" -o /dev/null; fi
    [ "$code" = 0 ] || die "$BINARIES_URL has no Kubernetes $2; nothing was changed. See mirrors.binaries and kubernetes.version"
}

# return_programs: those of the version that this node is to have.
return_programs() {
    local name found strange=()
    for name in kubeadm kubelet kubectl; do
        found=$(version_of "$name")
        if [ "$found" != "$installed" ]; then strange+=("$name"); fi
    done
    if [ ${#strange[@]} = 0 ]; then return 0; fi
    say "$NODE_NAME: ${strange[*]} not of $installed any more; installing again"
    record "$STATE/restart-kubelet"
    install_kubernetes "$installed" "${strange[@]}"
}

installed='' way='' plugins=''
if [ -e "$STATE/kubernetes-version" ]; then installed=$(<"$STATE/kubernetes-version"); fi
if [ -e "$STATE/install" ]; then way=$(<"$STATE/install"); else way=${installed:+binaries}; fi
if [ -e /etc/kubernetes/kubelet.conf ]; then
    [ "$way" = "$INSTALL" ] ||
        die "this node has its programs from ${way:-another installation}, the configuration says install: $INSTALL; a living node keeps its way. Put the old one back, or remove the node and add it again"
    # A living node is brought to another version later, one node at a time.
    if [ "$installed" != "$KUBERNETES_VERSION" ]; then upgradable "$installed" "$KUBERNETES_VERSION"; fi
    # A package manager of the host's own, or somebody, may have brought others.
    if [ "$repairing" = yes ]; then return_programs; fi
elif [ "$installed" != "$KUBERNETES_VERSION" ] || [ "$way" != "$INSTALL" ]; then
    # Cut off from here on, it is neither version.
    forget "$STATE/kubernetes-version"
    # What another way has left would hide the programs of this one.
    if [ -n "$way" ] && [ "$way" != "$INSTALL" ]; then uninstall_kubernetes; fi
    record "$STATE/install" "$INSTALL"
    say "$NODE_NAME: installing Kubernetes $KUBERNETES_VERSION"
    install_kubernetes "$KUBERNETES_VERSION" kubeadm kubelet kubectl
    record "$STATE/kubernetes-version" "$KUBERNETES_VERSION"
elif [ "$INSTALL" = none ]; then
    install_kubernetes "$KUBERNETES_VERSION" kubeadm kubelet kubectl
fi

case $INSTALL in
binaries)
    for plugin in loopback bridge host-local portmap; do
        if [ "$repairing" = yes ] && [ ! -x "/opt/cni/bin/$plugin" ]; then forget "$STATE/cni-plugins-version"; fi
    done
    if [ -e "$STATE/cni-plugins-version" ]; then plugins=$(<"$STATE/cni-plugins-version"); fi
    if [ "$plugins" != "$CNI_PLUGINS_VERSION" ]; then install_cni_plugins "$CNI_PLUGINS_VERSION"; fi
    ;;
*)
    # The package kubernetes-cni brings them, or the host's owner.
    for plugin in loopback bridge host-local portmap; do
        [ -x "/opt/cni/bin/$plugin" ] ||
            die "/opt/cni/bin/$plugin is missing; install the package kubernetes-cni, or the release of the CNI plug-ins, on this host"
    done
    ;;
esac
