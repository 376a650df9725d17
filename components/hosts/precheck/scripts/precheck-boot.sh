# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what the next boot will set otherwise.
set -euo pipefail

check_swap_at_boot() {
    local units=()
    if [ "$KEEP_SWAP" = true ]; then return 0; fi
    look_at_swap_units
    if [ ${#units[@]} = 0 ]; then return 0; fi
    finding warning swap "switched on at every boot by ${units[*]}" "off" \
        "pulumi up masks ${units[*]}; to keep it, set kubernetes.kubelet.failSwapOn to false"
}

# Files whose names sort behind the program's own have the last word.
check_settings_at_boot() {
    local key file line text
    for file in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do
        if [ ! -r "$file" ] || [[ ${file##*/} < 99-kubeadm-cluster.conf ]] || [ "${file##*/}" = 99-kubeadm-cluster.conf ]; then continue; fi
        text=$(<"$file")
        while IFS= read -r line; do
            line=${line//[[:space:]]/}
            key=${line%%=*}
            key=${key#-}
            case ${key//\//.}=${line#*=} in
            net.ipv4.ip_forward=0 | net.bridge.bridge-nf-call-iptables=0 | net.bridge.bridge-nf-call-ip6tables=0)
                lack "kernel setting" "$line in $file, at every boot" "1: the Pods' traffic needs it" "take this line out of $file"
                ;;
            esac
        done <<<"$text"
    done
}
