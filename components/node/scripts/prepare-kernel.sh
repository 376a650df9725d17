# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: kernel modules, network settings, swap.

modules="overlay br_netfilter"
for module in $modules; do
    # A built-in module has no file to load; what it provides is checked below.
    modprobe "$module" 2>/dev/null || true
done
put /etc/modules-load.d/kubeadm-cluster.conf 644 <<<"${modules// /$'\n'}" || true
grep -qw overlay /proc/filesystems || die "the kernel has no overlay file system; load the module overlay or take another kernel"
[ -e /proc/sys/net/bridge ] || die "the kernel has no br_netfilter; load the module or take another kernel"

# The kernel's 128, for all of root's processes together, run out on a full node: a kubelet without one ends at once, with
# "inotify_init: too many open files" in its journal alone. A higher number of the host's own stays.
watchers=$(sysctl -n fs.inotify.max_user_instances)
put /etc/sysctl.d/99-kubeadm-cluster.conf 644 <<SETTINGS || true
fs.inotify.max_user_instances = $((watchers > 8192 ? watchers : 8192))
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
SETTINGS
while IFS=' =' read -r key wanted; do
    [ "$(sysctl -n "$key")" = "$wanted" ] && continue
    sysctl -qw "$key=$wanted" 2>/dev/null || true
    [ "$(sysctl -n "$key")" = "$wanted" ] || die "the kernel setting $key stays $(sysctl -n "$key"); it must be $wanted"
done </etc/sysctl.d/99-kubeadm-cluster.conf

if [ "$KEEP_SWAP" != true ] && [ "$(wc -l </proc/swaps)" -gt 1 ]; then
    swapoff -a || die "swapoff failed; free memory, or set kubernetes.kubelet.failSwapOn to false"
    sed -i -E 's/^([^#].*[[:space:]]swap[[:space:]].*)$/# kubeadm-cluster: \1/' /etc/fstab
fi
