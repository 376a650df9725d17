# shellcheck shell=bash disable=SC2154
# Sourced by install-kubernetes.sh: programs in /usr/local/bin from a site in the layout of dl.k8s.io.
# inputs: BINARIES_URL

# install_from_binaries VERSION NAME...
install_from_binaries() {
    local version=$1 base name download pid pids=()
    shift
    base=$BINARIES_URL/$version/bin/linux/$(architecture)
    download=$(mktemp -d "$STATE/download.XXXXXX")
    for name in "$@"; do
        fetch "$base/$name" "$base/$name.sha256" "$download/$name" "Kubernetes $version" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || { rm -rf "$download"; exit 1; }; done
    for name in "$@"; do
        keep_original "/usr/local/bin/$name"
        install -m 755 "$download/$name" "/usr/local/bin/.$name.new"
        mv "/usr/local/bin/.$name.new" "/usr/local/bin/$name"
    done
    rm -rf "$download"
}

uninstall_binaries() {
    local name
    for name in kubeadm kubelet kubectl; do give_back "/usr/local/bin/$name"; done
    # Their unit, which would hide that of a package.
    give_back /etc/systemd/system/kubelet.service
    give_back /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
    if [ -e "$STATE/cni-plugins" ]; then
        (cd /opt/cni/bin && xargs -r rm -f) <"$STATE/cni-plugins"
        rm -f "$STATE/cni-plugins" "$STATE/cni-plugins-version"
    fi
}
