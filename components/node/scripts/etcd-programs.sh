# shellcheck shell=bash disable=SC2034
# Sourced by etcd-*.sh on a control plane node: etcd's own programs, at the version that runs, without starting a container.
# They are taken out of the image that the static Pod names, mounted read-only until the script ends.

readonly ETCD_MANIFEST=/etc/kubernetes/manifests/etcd.yaml

mount_etcd_programs() {
    local manifest=$1 image
    image=$(awk '$1 == "image:" { print $2; exit }' "$manifest")
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
    ctr -n k8s.io images unmount --rm "$etcd_root" >/dev/null 2>&1 || true
    rmdir "$etcd_root" 2>/dev/null || true
}

# The running etcd, asked as its own health check is.
running_etcd() {
    "$etcdctl" --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt \
        --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key "$@"
}
