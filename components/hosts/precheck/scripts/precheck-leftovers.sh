# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what an earlier cluster left, which this program did not make and will not take down.
set -euo pipefail

check_leftovers() {
    local found=() path link
    if [ "$ours" = yes ]; then return 0; fi
    for path in /etc/kubernetes/*.conf /etc/kubernetes/manifests/*.yaml /etc/kubernetes/pki/ca.crt /var/lib/etcd/member /var/lib/kubelet/config.yaml; do
        if [ -e "$path" ]; then found+=("$path"); fi
    done
    # Until it has prepared the host, a kubelet that runs is not this program's.
    if [ ! -e "$STATE" ] && systemctl -q is-active kubelet 2>/dev/null; then found+=("a running kubelet"); fi
    if [ ${#found[@]} != 0 ]; then
        finding error "earlier cluster" "${found[*]:0:4}" "a host without a cluster" \
            "if that cluster may go: kubeadm reset -f, then rm -rf /etc/kubernetes /var/lib/etcd /var/lib/kubelet"
    fi
    if [ "$NETWORK" = none ]; then return 0; fi
    for link in weave datapath cni0 flannel.1 cilium_host kube-ipvs0; do
        if [ -e "/sys/class/net/$link" ]; then
            finding error "earlier network" "the interface $link" "none of another pod network" "if it is of no use any more: ip link delete $link"
        fi
    done
    for path in /etc/cni/net.d/*.conf /etc/cni/net.d/*.conflist; do
        if [ -e "$path" ]; then finding warning "earlier network" "$path" "no other network's configuration" "remove it unless another program needs it"; fi
    done
    if [ -e /var/lib/weave/weave-netdata.db ]; then
        finding error "earlier network" "/var/lib/weave/weave-netdata.db" "no address ranges of another cluster" "rm -rf /var/lib/weave"
    fi
}
