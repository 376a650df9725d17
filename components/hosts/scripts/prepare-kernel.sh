# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: kernel modules, kernel settings, swap.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=swap-units.sh
. "$here/swap-units.sh"

modules="overlay br_netfilter"
for module in $modules; do
    # A built-in module has no file to load; what it provides is checked below.
    modprobe "$module" 2>/dev/null || true
done
put /etc/modules-load.d/kubeadm-cluster.conf 644 "${modules// /$'\n'}"
grep -qw overlay /proc/filesystems || die "the kernel has no overlay file system; load the module overlay or take another kernel"
[ -e /proc/sys/net/bridge ] || die "the kernel has no br_netfilter; load the module or take another kernel"

# The kernel's 128, for all of root's processes together, run out on a full node: a kubelet without one ends at once, with
# "inotify_init: too many open files" in its journal alone. A higher number of the host's own stays.
watchers=$(</proc/sys/fs/inotify/max_user_instances)
settings="fs.inotify.max_user_instances = $((watchers > 8192 ? watchers : 8192))
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1"
# What a kubelet wants that must not set them by itself: it ends where one is otherwise.
if [ "$PROTECT_KERNEL_DEFAULTS" = true ]; then
    settings+="
vm.overcommit_memory = 1
vm.panic_on_oom = 0
kernel.panic = 10
kernel.panic_on_oops = 1
kernel.keys.root_maxkeys = 1000000
kernel.keys.root_maxbytes = 25000000"
fi
put /etc/sysctl.d/99-kubeadm-cluster.conf 644 "$settings"
while IFS=' =' read -r key wanted; do
    file=/proc/sys/${key//./\/}
    found=$(<"$file")
    if [ "$found" = "$wanted" ]; then continue; fi
    sysctl -qw "$key=$wanted" 2>/dev/null || true
    found=$(<"$file")
    [ "$found" = "$wanted" ] || die "the kernel setting $key stays $found; it must be $wanted"
done <<<"$settings"

# The file, its owner, mode and times stay until the new text is whole. It is the host's own: no digest of it is noted.
switch_swap_off_at_boot() {
    local lines line text='' new wanted
    if [ ! -e /etc/fstab ]; then return 0; fi
    mapfile lines </etc/fstab
    for line in "${lines[@]}"; do
        if [[ "$line" =~ ^[^#].*[[:space:]]swap[[:space:]] ]]; then text+="# kubeadm-cluster: "; fi
        text+=$line
    done
    new=$(beside /etc/fstab)
    cp -p /etc/fstab "$new" || unwritten /etc/fstab "$new"
    printf '%s' "$text" >"$new" || unwritten /etc/fstab "$new"
    wanted=$(printf '%s' "$text" | sha256sum)
    move_whole "$new" /etc/fstab "$wanted"
}

# Each is noted before it is masked: reset.sh gives it back. A unit that is a file in /etc cannot be masked.
keep_units_off() {
    local unit verb noted=''
    if [ -e "$STATE/swap-units" ]; then noted=$(<"$STATE/swap-units"); fi
    for unit in "${units[@]}"; do
        verb=mask
        if [ -e "/etc/systemd/system/$unit" ]; then verb=disable; fi
        if [[ $'\n'$noted$'\n' != *$'\n'"$verb $unit"$'\n'* ]]; then
            noted+=${noted:+$'\n'}"$verb $unit"
            record "$STATE/swap-units" "$noted"
        fi
        must prepare "$unit switches swap on, and could not be stopped; see: systemctl status $unit" systemctl stop -- "$unit"
        must prepare "$unit switches swap on at every boot, and could not be kept from it; see: systemctl status $unit" systemctl -q "$verb" -- "$unit"
    done
}

if [ "$KEEP_SWAP" != true ]; then
    look_at_swap_units
    if [ ${#units[@]} -gt 0 ]; then
        say "$NODE_NAME: ${units[*]} would switch swap on at every boot, and will not"
        keep_units_off
    fi
fi

# A run that was cut off between the two has left the second to this one. The first line of /proc/swaps names its columns.
swaps=()
if [ -e /proc/swaps ]; then mapfile -t swaps </proc/swaps; fi
if [ "$KEEP_SWAP" != true ] && { [ ${#swaps[@]} -gt 1 ] || [ -e "$STATE/switching-swap-off" ]; }; then
    record "$STATE/switching-swap-off"
    swapoff -a || die "swapoff failed; free memory, or set kubernetes.kubelet.failSwapOn to false"
    switch_swap_off_at_boot
    forget "$STATE/switching-swap-off"
fi
