# shellcheck shell=bash disable=SC2154
# Sourced by scripts that bring kubeadm, kubelet and kubectl to the host, or take them away. $here is their directory.
set -euo pipefail

for part in download package-manager install-binaries install-packages; do
    # shellcheck source=/dev/null
    . "$here/$part.sh"
done

# install_kubernetes VERSION NAME...: brings these programs to that version, in the way that INSTALL says: binaries,
# packages or none. Whether a living node may be changed is for the caller to know.
install_kubernetes() { "install_from_$INSTALL" "$@"; }

# Takes away what install_kubernetes has brought, in whatever way.
uninstall_kubernetes() {
    forget "$STATE/kubernetes-version"
    uninstall_packages
    uninstall_binaries
}

# version_of NAME: the version of the program that is here; nothing where there is none that runs.
version_of() {
    local said
    case $1 in
    kubeadm) said=$(kubeadm version -o short 2>/dev/null) || said= ;;
    kubelet) said=$(kubelet --version 2>/dev/null) || said= ;;
    *) said=$(kubectl version --client 2>/dev/null) || said= ;;
    esac
    if [[ "$said" =~ (^|[[:space:]])(v[0-9][^[:space:]]*) ]]; then printf '%s\n' "${BASH_REMATCH[2]}"; fi
}

# The host's owner installs them: they are only looked at.
install_from_none() {
    local version=$1 name found
    shift
    for name in "$@"; do
        found=$(version_of "$name")
        [ "$found" = "$version" ] ||
            die "$name is ${found:-not there}, and the configuration wants $version with install: none; install it on this host, or set kubernetes.install or the node's install to binaries or packages"
    done
}
