#!/usr/bin/env bash
# The lab's network on the machine: one bridge, forwarding, one masquerading rule, and three that let the bridge's traffic
# pass where a firewall drops by default. What it changes, `down` puts back.
#
# usage: network.sh up|down
# inputs (environment):
#   LAB_BRIDGE   required  name of the bridge
#   LAB_GATEWAY  required  its address with prefix length, such as 10.77.0.1/24
#   LAB_SAVED    required  directory for the machine's earlier settings
set -euo pipefail

comment=(-m comment --comment kubeadm-cluster-lab)
# Not "! -d SUBNET": with bridged traffic passing iptables, a host's packets to another host's pods would be rewritten too.
masquerade=(POSTROUTING -s "$LAB_GATEWAY" ! -o "$LAB_BRIDGE" "${comment[@]}" -j MASQUERADE)
to_mirror=(INPUT -i "$LAB_BRIDGE" "${comment[@]}" -j ACCEPT)
forward_in=(FORWARD -i "$LAB_BRIDGE" "${comment[@]}" -j ACCEPT)
forward_out=(FORWARD -o "$LAB_BRIDGE" "${comment[@]}" -j ACCEPT)

# Kernel settings that systemd or a kubelet changes for the whole machine when it starts on a local host.
shared_settings=(kernel.panic kernel.panic_on_oops kernel.sysrq kernel.core_uses_pid kernel.pid_max kernel.keys.root_maxkeys
    kernel.keys.root_maxbytes kernel.printk vm.overcommit_memory vm.panic_on_oom vm.max_map_count vm.swappiness
    fs.protected_fifos fs.protected_hardlinks fs.protected_regular fs.protected_symlinks fs.suid_dumpable fs.file-max
    fs.nr_open fs.aio-max-nr fs.inotify.max_user_instances fs.inotify.max_user_watches net.ipv4.ip_forward)

# Removes every copy of a rule, also those of a lab that was cut off.
remove_rule() {
    local table=$1
    shift
    while iptables -w -t "$table" -D "$@" 2>/dev/null; do :; done
}

remove_rules() {
    remove_rule nat "${masquerade[@]}"
    remove_rule filter "${to_mirror[@]}"
    remove_rule filter "${forward_in[@]}"
    remove_rule filter "${forward_out[@]}"
}

save_settings() {
    local setting
    mkdir -p "$LAB_SAVED"
    [ ! -f "$LAB_SAVED/sysctl.conf" ] || return 0
    for setting in "${shared_settings[@]}"; do
        sysctl -e "$setting" 2>/dev/null || true
    done >"$LAB_SAVED/sysctl.conf.partial"
    mv "$LAB_SAVED/sysctl.conf.partial" "$LAB_SAVED/sysctl.conf"
}

restore_settings() {
    [ -f "$LAB_SAVED/sysctl.conf" ] || return 0
    sysctl --quiet --load "$LAB_SAVED/sysctl.conf" >/dev/null 2>&1 || true
    rm "$LAB_SAVED/sysctl.conf"
}

up() {
    save_settings
    ip link show "$LAB_BRIDGE" >/dev/null 2>&1 || ip link add "$LAB_BRIDGE" type bridge
    ip addr replace "$LAB_GATEWAY" dev "$LAB_BRIDGE"
    ip link set "$LAB_BRIDGE" up
    sysctl -q -w net.ipv4.ip_forward=1
    remove_rules
    iptables -w -t nat -A "${masquerade[@]}"
    iptables -w -I "${to_mirror[@]}"
    iptables -w -I "${forward_in[@]}"
    iptables -w -I "${forward_out[@]}"
}

down() {
    local link
    remove_rules
    # A host that lost its power keeps its network namespace, and so its end of the pair, until the last of its orphaned
    # connections has timed out: minutes.
    for link in $(ip -o link show type veth | awk -F': ' '{ sub("@.*", "", $2); print $2 }' | grep '^kc-'); do
        ip link del "$link" 2>/dev/null || true
    done
    ip link del "$LAB_BRIDGE" 2>/dev/null || true
    restore_settings
}

case ${1:-} in
    up | down) "$1" ;;
    *)
        echo "usage: network.sh up|down" >&2
        exit 2
        ;;
esac
