# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by scripts of control plane nodes: etcd's own programs, at the version that runs, without starting a container.
# They are taken out of the image that the static Pod names, mounted read-only while they are used.
set -euo pipefail

readonly ETCD_MANIFEST=/etc/kubernetes/manifests/etcd.yaml PKI_ETCD=/etc/kubernetes/pki/etcd
# One place: what a run that was killed has left there is found by the next one.
readonly ETCD_ROOT=/run/kubeadm-cluster-etcd
# As etcd's own health check asks.
readonly ETCD_CLIENT=(--cacert "$PKI_ETCD/ca.crt" --cert "$PKI_ETCD/healthcheck-client.crt" --key "$PKI_ETCD/healthcheck-client.key")

# mount_etcd_programs: sets `etcdctl` and `etcdutl`. Another script that uses them is waited for. etcd_manifest is where the
# manifest lies, if elsewhere.
mount_etcd_programs() {
    local image code pull limit=$((STEP_SECONDS - SECONDS - 15))
    look_at_etcd_image "${etcd_manifest:-$ETCD_MANIFEST}"
    exec 7>>/run/kubeadm-cluster-etcd.lock
    flock -w "$((limit > 5 ? limit : 5))" 7 ||
        die "another script uses etcd's programs all the time; see: fuser -v /run/kubeadm-cluster-etcd.lock. Nothing was changed; run this one again"
    trap unmount_etcd_programs EXIT
    clear_etcd_root
    mkdir -p "$ETCD_ROOT"
    if ! ctr -n k8s.io images mount "$image" "$ETCD_ROOT" >/dev/null 2>>"$LOGS/etcd.log" 7>&-; then
        # Where a disk was full the kubelet has removed images that nothing ran at that moment. Kubernetes' binaries bring no
        # crictl, which asks containerd to pull; ctr pulls by itself, and has to be told of the mirrors.
        pull=(ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d)
        if command -v crictl >/dev/null; then pull=(crictl pull); fi
        attempt etcd timeout -k 10 300 "${pull[@]}" "$image" 7>&-
        clear_etcd_root
        mkdir -p "$ETCD_ROOT"
        ctr -n k8s.io images mount "$image" "$ETCD_ROOT" >/dev/null 7>&- ||
            die "the image $image cannot be mounted; the lines above say why. See: ctr -n k8s.io images list. Nothing was changed"
    fi
    etcdctl=$ETCD_ROOT/usr/local/bin/etcdctl
    # Both can look into a snapshot and restore it in 3.5; 3.6 leaves that to etcdutl, older images lack that one.
    etcdutl=$ETCD_ROOT/usr/local/bin/etcdutl
    if [ ! -x "$etcdutl" ]; then etcdutl=$etcdctl; fi
    [ -x "$etcdctl" ] || die "the image $image has no usr/local/bin/etcdctl; is it the one of etcd? Nothing was changed"
}

# look_at_etcd_image MANIFEST: sets `image`: what is run as root is what the static Pod runs. Before kubeadm join has written
# the manifest, it is what this kubeadm is going to write there, and never what else lies in the store under such a name.
look_at_etcd_image() {
    local listed line
    image=
    if [ -e "$1" ]; then
        while IFS= read -r line; do
            [[ "$line" =~ ^[[:space:]]+image:[[:space:]]+([^[:space:]]+)$ ]] || continue
            [ -z "$image" ] || die "$1 names more than one image; it is not as kubeadm writes it. Nothing was changed"
            image=${BASH_REMATCH[1]}
        done <"$1"
        [ -n "$image" ] || die "$1 names no image of etcd; it is not as kubeadm writes it. Nothing was changed"
        return 0
    fi
    listed=$(kubeadm config images list --config "$STATE/cluster-configuration.yaml" 2>>"$LOGS/etcd.log") ||
        die "kubeadm does not say which image of etcd it uses; see $LOGS/etcd.log and: kubeadm config images list --config $STATE/cluster-configuration.yaml"
    while IFS= read -r line; do
        if [[ "$line" =~ ^[^[:space:]]+/etcd:[^[:space:]/:]+$ ]]; then image=$line; fi
    done <<<"$listed"
    [ -n "$image" ] || die "kubeadm names no image of etcd; see: kubeadm config images list --config $STATE/cluster-configuration.yaml"
}

# clear_etcd_root: containerd keeps a snapshot under the name of the place, also where a restart has ended the mount.
clear_etcd_root() {
    ctr -n k8s.io images unmount --rm "$ETCD_ROOT" >/dev/null 2>&1 7>&- || :
    rmdir "$ETCD_ROOT" 2>/dev/null || :
}

# unmount_etcd_programs: never fails; what it cannot undo the next mount does, and reset.sh.
unmount_etcd_programs() {
    [ -n "${etcdctl:-}" ] || return 0
    clear_etcd_root
    # Once more: containerd may just be starting again.
    if mountpoint -q "$ETCD_ROOT"; then clear_etcd_root; fi
    if mountpoint -q "$ETCD_ROOT"; then say "$HOSTNAME: $ETCD_ROOT is still mounted; the next script that needs it unmounts it"; fi
    etcdctl='' etcdutl=''
    exec 7>&-
}
