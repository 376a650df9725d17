# shellcheck shell=bash
# Sourced by reset.sh: what Weave Net, Flannel, kube-proxy and the CNI plug-ins leave on a host that kubeadm leaves too.
# Rules before the sets they use, interfaces before the tools that delete them.

# Only rules and chains of these are dropped, in both back ends: Weave's image picks its own. Other rules stay.
ours=(-e '^:(KUBE-|CNI-|WEAVE|FLANNEL-)' -e '(^-A|-j|-g) (KUBE-|CNI-|WEAVE|FLANNEL-)' -e '^-A [A-Z]+ .*(-i|-o) weave( |$)'
    -e 'Weave Net control port' -e '--mark 0x20000/0x20000 .*-j DROP')
for save in iptables-legacy-save iptables-nft-save ip6tables-legacy-save ip6tables-nft-save; do
    command -v "$save" >/dev/null || continue
    rules=$("$save" 2>/dev/null) || continue
    # Without this, restoring nothing would create the tables of a back end that was never used.
    grep -qE "${ours[@]}" <<<"$rules" || continue
    grep -vE "${ours[@]}" <<<"$rules" | "${save%save}restore" ||
        say "$(hostname): some rules of the pod network could not be removed; see $save"
done
if command -v nft >/dev/null; then
    for table in kube-proxy flannel-ipv4 flannel-ipv6 cni_hostport; do
        nft delete table ip "$table" 2>/dev/null || true
        nft delete table ip6 "$table" 2>/dev/null || true
    done
fi

if command -v ipset >/dev/null; then
    # Sets of sets hold each other: flushed first, destroyed then.
    for action in flush destroy; do
        for set in $(ipset list -n 2>/dev/null | grep -E '^(KUBE-|weave-|weaver-no-masq-local)'); do
            ipset "$action" "$set" 2>/dev/null || true
        done
    done
fi
ip xfrm policy 2>/dev/null | grep -q 0x20000 && ip xfrm policy flush && ip xfrm state flush

# An Open vSwitch datapath goes by Weave's own tool only.
if [ -e /sys/class/net/datapath ] && [ -x /opt/cni/bin/weave-plugin-2.8.1 ]; then
    /opt/cni/bin/weave-plugin-2.8.1 delete-datapath datapath 2>/dev/null || true
fi
# The other end of a veth pair goes with the first.
for link in $(ip -o link show | awk -F': ' '{ sub("@.*", "", $2); print $2 }'); do
    case $link in
    weave | datapath | vethwe-* | vethwepl* | vxlan-6784 | cni0 | flannel.* | kube-ipvs0) ip link delete "$link" 2>/dev/null || true ;;
    esac
done
# host-gw routes outlive flanneld and every interface.
if [ -s "$STATE/pod-subnet" ]; then
    ip route show root "$(cat "$STATE/pod-subnet")" | while read -r destination _; do ip route del "$destination" || true; done
fi

# The directory itself stays: containerd watches it.
rm -f /etc/cni/net.d/10-weave.conf* /etc/cni/net.d/10-flannel.conflist
rm -rf /var/lib/cni /var/lib/weave /run/flannel
rm -f /opt/cni/bin/weave-* /opt/cni/bin/flannel
