# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh and node-version.sh: containerd's configuration, for the layouts of 1.x (version 2) and 2.x (version 3).

# The pause image that this kubeadm expects: another one would be pulled twice and garbage-collected once.
pause=$(kubeadm config images list --kubernetes-version "$(kubeadm version -o short)" --image-repository "$IMAGE_REPOSITORY" 2>/dev/null | grep /pause:)
oom=false
[ "$RESTRICT_OOM_SCORE" != true ] || oom=true

containerd_v2() {
    cat <<TOML
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$pause"
  restrict_oom_score_adj = $oom
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = true
TOML
}

containerd_v3() {
    cat <<TOML
version = 3
[plugins."io.containerd.cri.v1.images"]
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "$pause"
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = "/etc/containerd/certs.d"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = $oom
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      SystemdCgroup = true
TOML
}

# The mirrors of one registry; docker.io's own server has another name than its images.
hosts_toml() {
    local registry=$1 endpoint
    local server=$registry
    shift
    [ "$registry" != docker.io ] || server="registry-1.docker.io"
    printf 'server = "https://%s"\n' "$server"
    for endpoint in "$@"; do
        printf '\n[host."%s"]\n  capabilities = ["pull", "resolve"]\n' "$endpoint"
    done
}

mirrored=$STATE/mirrored-registries
touch "$mirrored"
while read -r registry endpoints; do
    [ -n "$registry" ] || continue
    grep -qxF "$registry" "$mirrored" || echo "$registry" >>"$mirrored"
    # shellcheck disable=SC2086  # one word for each endpoint
    hosts_toml "$registry" $endpoints | put "/etc/containerd/certs.d/$registry/hosts.toml" 644 || true
done <<<"$REGISTRY_MIRRORS"
# Mirrors that are no longer configured go; those that somebody else wrote are not in the list.
while read -r registry; do
    grep -q "^$registry " <<<"$REGISTRY_MIRRORS" && continue
    rm -rf "/etc/containerd/certs.d/$registry"
    sed -i "\\|^$registry\$|d" "$mirrored"
done < <(cat "$mirrored")
chmod 755 /etc/containerd /etc/containerd/certs.d /etc/containerd/certs.d/* 2>/dev/null || true

case $(containerd --version | grep -oE ' v?[0-9]+\.' | head -n 1 | tr -dc 0-9) in
1) toml=$(containerd_v2) ;;
2) toml=$(containerd_v3) ;;
*) die "containerd $(containerd --version) is not supported; 1.6 to 2.x are" ;;
esac
keep_original /etc/containerd/config.toml
if put /etc/containerd/config.toml 644 <<<"$toml" || ! systemctl -q is-active containerd || [ -e "$STATE/restart-containerd" ]; then
    systemctl -q enable containerd
    systemctl restart containerd || die "containerd does not start; see: journalctl -u containerd"
    rm -f "$STATE/restart-containerd"
fi
