# shellcheck shell=bash disable=SC2034
# Sourced by scripts of control plane nodes: etcd's own programs, at the version that runs, without starting a container.
# They are taken out of the image that the static Pod names, mounted read-only until the script ends.

readonly ETCD_MANIFEST=/etc/kubernetes/manifests/etcd.yaml PKI_ETCD=/etc/kubernetes/pki/etcd

mount_etcd_programs() {
    local manifest=$1 image
    image=$(awk '$1 == "image:" { print $2; exit }' "$manifest" 2>/dev/null || true)
    # Before kubeadm join has written the manifest, the image is there already.
    [ -n "$image" ] || image=$(ctr -n k8s.io images list -q | grep '/etcd:' | tail -n 1) || die "this host has no image of etcd; see: ctr -n k8s.io images list"
    etcd_root=$(mktemp -d /run/kubeadm-cluster-etcd.XXXXXX)
    trap unmount_etcd_programs EXIT
    ctr -n k8s.io images mount "$image" "$etcd_root" >/dev/null ||
        die "the image $image cannot be mounted; see: ctr -n k8s.io images list"
    etcdctl=$etcd_root/usr/local/bin/etcdctl
    # Both can look into a snapshot and restore it in 3.5; 3.6 leaves that to etcdutl, older images lack that one.
    etcdutl=$etcd_root/usr/local/bin/etcdutl
    [ -x "$etcdutl" ] || etcdutl=$etcdctl
}

unmount_etcd_programs() {
    [ -n "${etcd_root:-}" ] || return 0
    ctr -n k8s.io images unmount --rm "$etcd_root" >/dev/null 2>&1 || true
    rmdir "$etcd_root" 2>/dev/null || true
    etcd_root=
}

# The running etcd, asked as its own health check is; that of other nodes where ETCD_ENDPOINTS says so.
running_etcd() {
    local endpoints=(--endpoints "${ETCD_ENDPOINTS:-https://127.0.0.1:2379}")
    if [ "${1:-}" = --endpoints ]; then
        endpoints=("$1" "$2")
        shift 2
    fi
    "$etcdctl" "${endpoints[@]}" --cacert "$PKI_ETCD/ca.crt" --cert "$PKI_ETCD/healthcheck-client.crt" \
        --key "$PKI_ETCD/healthcheck-client.key" "$@"
}
