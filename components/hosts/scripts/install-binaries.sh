# shellcheck shell=bash disable=SC2154
# Sourced by install-kubernetes.sh: programs in /usr/local/bin from a site in the layout of dl.k8s.io.
# inputs: BINARIES_URL, PINNED_SUMS
set -euo pipefail

# install_from_binaries VERSION NAME...
install_from_binaries() {
    local version=$1 base name arch new failed=no pid pids=() news=()
    shift
    arch=$(architecture)
    base=$BINARIES_URL/$version/bin/linux/$arch
    mkdir -p /usr/local/bin
    for name in "$@"; do
        keep_original "/usr/local/bin/$name"
        new=$(beside "/usr/local/bin/$name")
        news+=("$new")
        fetch "$name" "$version" "$base/$name" "$base/$name.sha256" "$new" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=yes; done
    # The failed one has said why.
    if [ "$failed" = yes ]; then
        rm -f "${news[@]}"
        exit 1
    fi
    install_fetched "${@/#//usr/local/bin/}"
}

# install_cni_plugins VERSION: into /opt/cni/bin, whole: the node's Pods may be using those of another version.
install_cni_plugins() {
    local version=$1 arch url list installed='' staging=/opt/cni/bin/.kubeadm-cluster-new archive=$STATE/cni-plugins.tgz
    arch=$(architecture)
    url=$CNI_PLUGINS_URL/$version/cni-plugins-linux-$arch-$version.tgz
    rm -rf "$staging" "$archive"
    fetch cni-plugins "$version" "$url" "$url.sha256" "$archive"
    list=$(tar -tzf "$archive")
    list=$(sed -n 's|^\./||; /^[^/]\{1,\}$/p' <<<"$list")
    # What is to go one day is written down before it comes.
    if [ -e "$STATE/cni-plugins" ]; then installed=$(<"$STATE/cni-plugins"); fi
    list=$(sort -u <<<"$list"$'\n'"$installed")
    record "$STATE/cni-plugins" "${list#$'\n'}"
    mkdir "$staging"
    tar -xzf "$archive" -C "$staging" --no-overwrite-dir --no-same-owner ||
        die "the CNI plug-ins could not be unpacked in $staging; the line above says why. See: df /opt/cni/bin"
    sync "$staging"/*
    mv -f -t /opt/cni/bin "$staging"/*
    sync /opt/cni/bin
    rm -rf "$staging" "$archive"
    record "$STATE/cni-plugins-version" "$version"
}

uninstall_binaries() {
    local name
    for name in kubeadm kubelet kubectl; do give_back "/usr/local/bin/$name"; done
    # Their unit, which would hide that of a package.
    give_back /etc/systemd/system/kubelet.service
    give_back /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
    forget "$STATE/cni-plugins-version"
    if [ -e "$STATE/cni-plugins" ]; then
        while IFS= read -r name; do
            if [[ "$name" == [!.]* && "$name" != */* ]]; then rm -f "/opt/cni/bin/$name"; fi
        done <"$STATE/cni-plugins"
        forget "$STATE/cni-plugins"
    fi
    rm -rf /opt/cni/bin/.kubeadm-cluster-new
}
