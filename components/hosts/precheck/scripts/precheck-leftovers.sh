# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what an earlier cluster left, which this program did not make and will not take down.
set -euo pipefail

check_leftovers() {
    local found=() path link
    if [ "$ours" = yes ]; then return 0; fi
    for path in /etc/kubernetes/*.conf /etc/kubernetes/manifests/*.yaml /etc/kubernetes/pki/ca.crt "$ETCD_DATA_DIR/member" /var/lib/kubelet/config.yaml; do
        if [ -e "$path" ]; then found+=("$path"); fi
    done
    # Until it has prepared the host, a kubelet that runs is not this program's.
    if [ ! -e "$STATE" ] && systemctl -q is-active kubelet 2>/dev/null; then found+=("a running kubelet"); fi
    if [ ${#found[@]} != 0 ]; then
        finding error "earlier cluster" "${found[*]:0:4}" "a host without a cluster" \
            "if that cluster may go: kubeadm reset -f, then remove what is left of these; of a mount point, what is in it"
    fi
    check_etcd_directory
    if [ "$NETWORK" = none ]; then return 0; fi
    for link in weave datapath cni0 flannel.1 cilium_host kube-ipvs0; do
        if [ -e "/sys/class/net/$link" ]; then
            finding error "earlier network" "the interface $link" "none of another pod network" "if it is of no use any more: ip link delete $link"
        fi
    done
    if [ -e /var/lib/weave/weave-netdata.db ]; then
        finding error "earlier network" "/var/lib/weave/weave-netdata.db" "no address ranges of another cluster" "rm -rf /var/lib/weave"
    fi
}

# etcd begins in an empty directory, or kubeadm refuses. A file system of its own has a lost+found, which stays.
check_etcd_directory() {
    local found
    if [ "$NODE_ROLE" != control-plane ] || [ ! -d "$ETCD_DATA_DIR" ] || [ -e "$ETCD_DATA_DIR/member" ]; then return 0; fi
    found=$(find -H "$ETCD_DATA_DIR" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name .kubeadm-cluster-etcd -printf '%f ')
    if [ -n "$found" ]; then
        found=${found% }
        finding warning "etcd's directory" "$ETCD_DATA_DIR holds ${found:0:100}" "nothing there but lost+found" "kubeadm init refuses it: move this elsewhere, or set etcd.local.dataDir to another directory"
    fi
}
