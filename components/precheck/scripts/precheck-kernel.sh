# shellcheck shell=bash
# Sourced by precheck.sh: what the kernel can do, loaded, loadable or built in; and which packet filter is in use.

kernel_options() {
    local release
    release=$(uname -r)
    {
        zcat /proc/config.gz || cat "/boot/config-$release" || cat "/lib/modules/$release/config"
    } 2>/dev/null | grep '^CONFIG_' || true
}

# kernel_has MODULE OPTION: sets `has` to yes, no or unknown. Nothing is loaded to find out.
kernel_has() {
    local module=$1 option=$2 modules
    modules=/lib/modules/$(uname -r)
    has=yes
    [ ! -e "/sys/module/$module" ] || return 0
    case $module in
    overlay) ! grep -qw overlay /proc/filesystems || return 0 ;;
    br_netfilter) [ ! -e /proc/sys/net/bridge ] || return 0 ;;
    nf_conntrack) [ ! -e /proc/sys/net/netfilter/nf_conntrack_max ] || return 0 ;;
    ip_tables) [ ! -e /proc/net/ip_tables_names ] || return 0 ;;
    rbd) [ ! -e /sys/bus/rbd ] || return 0 ;;
    esac
    [[ $options != *$'\n'CONFIG_$option=y$'\n'* ]] || return 0
    ! grep -qsE "(^|/)$module\.ko" "$modules/modules.dep" "$modules/modules.builtin" || return 0
    # Lists of modules, or of options, without it: it is not there. With neither list nobody can tell.
    has=no
    [[ $options == *CONFIG_* ]] || [ -s "$modules/modules.dep" ] || has=unknown
}

# KERNEL_PARTS: lines SEVERITY PURPOSE MODULE=OPTION..., of which one is enough; the purpose is one word.
check_kernel() {
    local severity purpose parts part names has best options
    options=$'\n'$(kernel_options)$'\n'
    while read -r severity purpose parts; do
        [ -n "$severity" ] || continue
        best=no names=
        for part in $parts; do
            names+="${names:+ or }${part%=*}"
            kernel_has "${part%=*}" "${part#*=}"
            case $has in
            yes) best=yes ;;
            unknown) [ "$best" = yes ] || best=unknown ;;
            esac
        done
        case $best in
        no)
            finding "$severity" kernel "no $names" "$names for ${purpose//_/ }" \
                "install the kernel's own modules (Ubuntu: linux-modules-extra-$(uname -r)) or take another kernel"
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
    [ "$NETWORK" = weave ] && command -v iptables >/dev/null || return 0
    version=$(iptables --version 2>/dev/null) || return 0
    [[ $version == *nf_tables* ]] || return 0
    finding warning iptables "$version" "the legacy back end, for Weave Net 2.8.1 with its iptables 1.8.3" \
        "update-alternatives --set iptables /usr/sbin/iptables-legacy (ip6tables likewise), or take network.addOn flannel"
}
