# shellcheck shell=bash
# Sourced by reset.sh: what Weave Net, Flannel, kube-proxy and the CNI plug-ins leave on a host that kubeadm leaves too.
# Rules before the sets they use, interfaces before the tools that delete them.
set -euo pipefail

remove_network() {
    remove_rules
    remove_sets
    remove_links
    remove_routes
    # The directory itself stays: containerd watches it.
    rm -f /etc/cni/net.d/10-weave.conf* /etc/cni/net.d/10-flannel.conflist
    rm -rf /var/lib/cni /var/lib/weave /run/flannel
    rm -f /opt/cni/bin/weave-* /opt/cni/bin/flannel
}

# Only rules and chains of these are dropped, in both back ends: Weave's image picks its own. Other rules stay.
remove_rules() {
    local ours save rules kept table
    ours=(-e '^:(KUBE-|CNI-|WEAVE|FLANNEL-)' -e '(^-A|-j|-g) (KUBE-|CNI-|WEAVE|FLANNEL-)' -e '^-A [A-Z]+ .*(-i|-o) weave( |$)'
        -e 'Weave Net control port' -e '--mark 0x20000/0x20000 .*-j DROP')
    for save in iptables-legacy-save iptables-nft-save ip6tables-legacy-save ip6tables-nft-save; do
        command -v "$save" >/dev/null || continue
        rules=$("$save" 2>/dev/null) || continue
        # Without this, restoring nothing would create the tables of a back end that was never used.
        grep -qE "${ours[@]}" <<<"$rules" || continue
        kept=$(grep -vE "${ours[@]}" <<<"$rules") || continue
        "${save%save}restore" <<<"$kept" || say "$HOSTNAME: some rules of the pod network could not be removed; see $save"
    done
    command -v nft >/dev/null || return 0
    for table in kube-proxy flannel-ipv4 flannel-ipv6 cni_hostport; do
        nft delete table ip "$table" 2>/dev/null || :
        nft delete table ip6 "$table" 2>/dev/null || :
    done
}

remove_sets() {
    local action sets set policies
    if command -v ipset >/dev/null; then
        # Sets of sets hold each other: flushed first, destroyed then.
        for action in flush destroy; do
            sets=$(ipset list -n 2>/dev/null) || sets=
            for set in $sets; do
                case $set in
                KUBE-* | weave-* | weaver-no-masq-local*) ipset "$action" "$set" 2>/dev/null || : ;;
                esac
            done
        done
    fi
    policies=$(ip xfrm policy 2>/dev/null) || policies=
    if [[ $policies == *0x20000* ]]; then
        ip xfrm policy flush
        ip xfrm state flush
    fi
}

remove_links() {
    local links link
    # An Open vSwitch datapath goes by Weave's own tool only.
    if [ -e /sys/class/net/datapath ] && [ -x /opt/cni/bin/weave-plugin-2.8.1 ]; then
        /opt/cni/bin/weave-plugin-2.8.1 delete-datapath datapath 2>/dev/null || :
    fi
    # The other end of a veth pair goes with the first.
    links=$(ip -o link show)
    links=$(awk -F': ' '{ sub("@.*", "", $2); print $2 }' <<<"$links")
    for link in $links; do
        case $link in
        weave | datapath | vethwe-* | vethwepl* | vxlan-6784 | cni0 | flannel.* | kube-ipvs0) ip link delete "$link" 2>/dev/null || : ;;
        esac
    done
}

# host-gw routes outlive flanneld and every interface.
remove_routes() {
    local subnet routes destination
    subnet=$(remembered pod-subnet)
    if [ -z "$subnet" ]; then return 0; fi
    routes=$(ip route show root "$subnet")
    while read -r destination _; do
        if [ -n "$destination" ]; then ip route del "$destination" || :; fi
    done <<<"$routes"
}
