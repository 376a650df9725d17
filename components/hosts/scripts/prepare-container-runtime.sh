# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh and node-version.sh: containerd's configuration, for the layouts of 1.x (version 2) and 2.x (version 3).
set -euo pipefail

# The pause image that this kubeadm expects: another one would be pulled twice and garbage-collected once.
kubeadm_version=$(kubeadm version -o short)
images=$(kubeadm config images list --kubernetes-version "$kubeadm_version" --image-repository "$IMAGE_REPOSITORY" 2>"$LOGS/images.log") || {
    tail -n 5 "$LOGS/images.log" >&2
    die "kubeadm $kubeadm_version does not name its images; see kubernetes.imageRepository"
}
pause=$(grep -m 1 /pause: <<<"$images") || die "kubeadm $kubeadm_version names no pause image: $images"
oom=false
if [ "$RESTRICT_OOM_SCORE" = true ]; then oom=true; fi

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

# Names become directories that go again one day: nothing but a host and a port is one.
registry_name='^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$'
mirrored=$STATE/mirrored-registries
former='' wanted='' text=''
if [ -e "$mirrored" ]; then former=$(<"$mirrored"); fi
while read -r registry endpoints; do
    if [ -z "$registry" ]; then continue; fi
    [[ "$registry" =~ $registry_name ]] || die "$registry is no registry's host and port; see mirrors.registries"
    wanted+=$registry$'\n'
done <<<"$REGISTRY_MIRRORS"
# What the owner has written for one of them is kept: what is there of a registry that has been this program's is its own.
while read -r registry; do
    if [ -n "$registry" ] && [[ $'\n'$former$'\n' != *$'\n'"$registry"$'\n'* ]]; then keep_original "/etc/containerd/certs.d/$registry/hosts.toml"; fi
done <<<"$wanted"
# Those to come and those to go, until both are done.
if [ -n "$wanted$former" ]; then
    text=$(sort -u <<<"$wanted$former")
    record "$mirrored" "${text#$'\n'}"
fi
while read -r registry endpoints; do
    if [ -z "$registry" ]; then continue; fi
    # shellcheck disable=SC2086  # one word for each endpoint
    text=$(hosts_toml "$registry" $endpoints)
    put "/etc/containerd/certs.d/$registry/hosts.toml" 644 "$text"
done <<<"$REGISTRY_MIRRORS"
# Mirrors that are no longer configured go; those that somebody else wrote are not in the list.
while read -r registry; do
    if [[ $'\n'$wanted == *$'\n'"$registry"$'\n'* ]]; then continue; fi
    if [[ "$registry" =~ $registry_name ]]; then
        undo "/etc/containerd/certs.d/$registry/hosts.toml"
        rmdir "/etc/containerd/certs.d/$registry" 2>/dev/null || :
    fi
done <<<"$former"
if [ -n "$wanted$former" ]; then record "$mirrored" "${wanted%$'\n'}"; fi
chmod 755 /etc/containerd /etc/containerd/certs.d /etc/containerd/certs.d/* 2>/dev/null || true

said=$(containerd --version)
[[ "$said" =~ [[:space:]]v?([0-9]+)\. ]] || die "containerd does not tell its version: $said"
case ${BASH_REMATCH[1]} in
1) toml=$(containerd_v2) ;;
2) toml=$(containerd_v3) ;;
*) die "$said is not supported; containerd 1.6 to 2.x are" ;;
esac
keep_original /etc/containerd/config.toml
put /etc/containerd/config.toml 644 "$toml" "$STATE/restart-containerd"
if [ -e "$STATE/restart-containerd" ] || ! systemctl -q is-active containerd; then
    systemctl -q enable containerd
    systemctl restart containerd || die "containerd does not start; see: journalctl -u containerd"
    forget "$STATE/restart-containerd"
fi
