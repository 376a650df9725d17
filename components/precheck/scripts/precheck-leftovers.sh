# shellcheck shell=bash
# Sourced by precheck.sh: what an earlier cluster left, which this program did not make and will not take down.

check_leftovers() {
    local found=() path link
    ! is_ours || return 0
    for path in /etc/kubernetes/*.conf /etc/kubernetes/manifests/*.yaml /etc/kubernetes/pki/ca.crt /var/lib/etcd/member /var/lib/kubelet/config.yaml; do
        [ ! -e "$path" ] || found+=("$path")
    done
    # Until it has prepared the host, a kubelet that runs is not this program's.
    [ -e "$STATE" ] || ! systemctl -q is-active kubelet 2>/dev/null || found+=("a running kubelet")
    [ ${#found[@]} -eq 0 ] ||
        finding error "earlier cluster" "$(printf '%s\n' "${found[@]}" | head -n 4 | paste -sd ' ')" "a host without a cluster" \
            "if that cluster may go: kubeadm reset -f, then rm -rf /etc/kubernetes /var/lib/etcd /var/lib/kubelet"
    [ "$NETWORK" != none ] || return 0
    for link in weave datapath cni0 flannel.1 cilium_host kube-ipvs0; do
        [ ! -e "/sys/class/net/$link" ] ||
            finding error "earlier network" "the interface $link" "none of another pod network" "if it is of no use any more: ip link delete $link"
    done
    for path in /etc/cni/net.d/*.conf /etc/cni/net.d/*.conflist; do
        [ ! -e "$path" ] || finding warning "earlier network" "$path" "no other network's configuration" "remove it unless another program needs it"
    done
    [ ! -e /var/lib/weave/weave-netdata.db ] ||
        finding error "earlier network" "/var/lib/weave/weave-netdata.db" "no address ranges of another cluster" "rm -rf /var/lib/weave"
}
