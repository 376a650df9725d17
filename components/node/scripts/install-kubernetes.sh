# shellcheck shell=bash disable=SC2154
# Sourced by scripts that bring kubeadm, kubelet and kubectl to the host, or take them away. $here is their directory.

for part in download install-binaries install-packages; do
    # shellcheck source=/dev/null
    . "$here/$part.sh"
done

# install_kubernetes VERSION NAME...: brings these programs to that version, in the way that INSTALL says: binaries,
# packages or none. Whether a living node may be changed is for the caller to know.
install_kubernetes() { "install_from_$INSTALL" "$@"; }

# Takes away what install_kubernetes has brought, in whatever way.
uninstall_kubernetes() {
    uninstall_packages
    uninstall_binaries
    rm -f "$STATE/kubernetes-version"
}

version_of() {
    case $1 in
    kubeadm) kubeadm version -o short ;;
    kubelet) kubelet --version | awk '{ print $2 }' ;;
    kubectl) kubectl version --client | awk '/^Client Version:/ { print $3 }' ;;
    esac 2>/dev/null
}

# The host's owner installs them: they are only looked at.
install_from_none() {
    local version=$1 name found
    shift
    for name in "$@"; do
        found=$(version_of "$name") || found=
        [ "$found" = "$version" ] ||
            die "$name is ${found:-not there}, and the configuration wants $version with install: none; install it on this host, or set kubernetes.install or the node's install to binaries or packages"
    done
}
