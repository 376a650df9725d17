# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: kubeadm, kubelet, kubectl and the CNI plug-ins, each verified against its published SHA-256.

# fetch URL FILE: downloads and verifies; the sum stands in URL.sha256, alone or with a file name behind it.
fetch() {
    local sum found
    sum=$(curl -fsSL --retry 3 --connect-timeout 10 "$1.sha256" | awk '{ print $1; exit }') || sum=
    [ -n "$sum" ] ||
        die "cannot read $1.sha256; does the mirror have ${3:-this version}? (mirrors.binaries, mirrors.cniPlugins, kubernetes.version)"
    curl -fsSL --retry 3 --connect-timeout 10 -o "$2" "$1" || die "cannot download $1"
    found=$(sha256sum "$2" | cut -d' ' -f1)
    [ "$found" = "$sum" ] || die "$1 has the SHA-256 $found, its published one is $sum; nothing was installed"
}

arch=$(architecture)
installed=$(cat "$STATE/kubernetes-version" 2>/dev/null || true)
if [ "$installed" != "$KUBERNETES_VERSION" ]; then
    if [ -e /etc/kubernetes/kubelet.conf ]; then
        die "this node runs Kubernetes ${installed:-of another installation}; the configuration says $KUBERNETES_VERSION, and a living node is not changed by prepare"
    fi
    say "$NODE_NAME: installing Kubernetes $KUBERNETES_VERSION"
    download=$(mktemp -d "$STATE/download.XXXXXX")
    pids=()
    for name in kubeadm kubelet kubectl; do
        fetch "$BINARIES_URL/$KUBERNETES_VERSION/bin/linux/$arch/$name" "$download/$name" "Kubernetes $KUBERNETES_VERSION" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || { rm -rf "$download"; exit 1; }; done
    for name in kubeadm kubelet kubectl; do
        keep_original "/usr/local/bin/$name"
        install -m 755 "$download/$name" "/usr/local/bin/.$name.new"
        mv "/usr/local/bin/.$name.new" "/usr/local/bin/$name"
    done
    rm -rf "$download"
    echo "$KUBERNETES_VERSION" >"$STATE/kubernetes-version"
fi

if [ "$(cat "$STATE/cni-plugins-version" 2>/dev/null)" != "$CNI_PLUGINS_VERSION" ]; then
    archive=$(mktemp "$STATE/cni-plugins.XXXXXX")
    fetch "$CNI_PLUGINS_URL/$CNI_PLUGINS_VERSION/cni-plugins-linux-$arch-$CNI_PLUGINS_VERSION.tgz" "$archive" "CNI plug-ins $CNI_PLUGINS_VERSION"
    # The archive has an entry for its own directory, whose mode would become that of /opt/cni/bin.
    tar -xzf "$archive" -C /opt/cni/bin --no-overwrite-dir --no-same-owner
    chmod 755 /opt/cni/bin
    tar -tzf "$archive" | sed -n 's|^\./||; /./p' >"$STATE/cni-plugins"
    rm -f "$archive"
    echo "$CNI_PLUGINS_VERSION" >"$STATE/cni-plugins-version"
fi
