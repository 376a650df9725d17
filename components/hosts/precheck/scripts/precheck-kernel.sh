# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what the kernel can do, loaded, loadable or built in; and which packet filter is in use.
set -euo pipefail

# kernel_options: sets `options` to the lines CONFIG_... of this kernel; to nothing where it tells of none. Nobody need.
kernel_options() {
    local text
    text=$(zcat /proc/config.gz 2>/dev/null) || text=$(cat "/boot/config-$release" 2>/dev/null) || text=$(cat "/lib/modules/$release/config" 2>/dev/null) || text=
    options=$(sed -n '/^CONFIG_/p' <<<"$text")
    options=$'\n'$options$'\n'
}

# kernel_has MODULE OPTION: sets `has` to yes, no or unknown. Nothing is loaded to find out.
kernel_has() {
    local module=$1 option=$2 modules=/lib/modules/$release
    has=yes
    if [ -e "/sys/module/$module" ]; then return 0; fi
    case $module in
    overlay) if grep -qw overlay /proc/filesystems; then return 0; fi ;;
    br_netfilter) if [ -e /proc/sys/net/bridge ]; then return 0; fi ;;
    nf_conntrack) if [ -e /proc/sys/net/netfilter/nf_conntrack_max ]; then return 0; fi ;;
    ip_tables) if [ -e /proc/net/ip_tables_names ]; then return 0; fi ;;
    rbd) if [ -e /sys/bus/rbd ]; then return 0; fi ;;
    esac
    if [[ $options == *$'\n'CONFIG_$option=y$'\n'* ]]; then return 0; fi
    if grep -qsE "(^|/)$module\.ko" "$modules/modules.dep" "$modules/modules.builtin"; then return 0; fi
    # Lists of modules, or of options, without it: it is not there. With neither list nobody can tell.
    has=no
    if [[ $options != *CONFIG_* ]] && [ ! -s "$modules/modules.dep" ]; then has=unknown; fi
}

# KERNEL_PARTS: lines SEVERITY PURPOSE MODULE=OPTION..., of which one is enough; the purpose is one word.
check_kernel() {
    local severity purpose parts part names has best options release
    release=$(uname -r)
    kernel_options
    while read -r severity purpose parts; do
        if [ -z "$severity" ]; then continue; fi
        best=no names=
        for part in $parts; do
            names+="${names:+ or }${part%=*}"
            kernel_has "${part%=*}" "${part#*=}"
            case $has in
            yes) best=yes ;;
            unknown) if [ "$best" != yes ]; then best=unknown; fi ;;
            esac
        done
        case $best in
        no)
            finding "$severity" kernel "no $names" "$names for ${purpose//_/ }" \
                "install the kernel's own modules (Ubuntu: linux-modules-extra-$release) or take another kernel"
            ;;
        unknown)
            finding warning kernel "cannot tell whether $names is there: no kernel configuration, no list of modules" \
                "$names for ${purpose//_/ }" "see: modprobe -v ${names%% *}"
            ;;
        esac
    done <<<"$KERNEL_PARTS"
}

# Weave's last release brings iptables 1.8.3, which cannot read what newer ones write through nf_tables.
check_packet_filter() {
    local version
    if [ "$NETWORK" != weave ] || ! command -v iptables >/dev/null; then return 0; fi
    version=$(iptables --version 2>/dev/null) || return 0
    if [[ $version != *nf_tables* ]]; then return 0; fi
    finding warning iptables "$version" "the legacy back end, for Weave Net 2.8.1 with its iptables 1.8.3" \
        "update-alternatives --set iptables /usr/sbin/iptables-legacy (ip6tables likewise), or take network.addOn flannel"
}
