# shellcheck shell=bash
# Sourced by prepare-vip.sh, verify.sh and reset.sh: where the virtual address of the control plane is kept, and how it goes.

readonly VIP_UNIT=kubeadm-cluster-vip
readonly VIP_UNIT_FILE=/etc/systemd/system/$VIP_UNIT.service VIP_CONFIG=$STATE/vip/keepalived.conf

# keepalived takes the address from the interface when it ends.
remove_vip() {
    [ -e "$VIP_UNIT_FILE" ] || return 0
    systemctl -q disable --now "$VIP_UNIT" 2>/dev/null || true
    take_away "$VIP_UNIT_FILE" "$VIP_CONFIG"
    rm -rf "${VIP_CONFIG%/*}"
    systemctl daemon-reload
}
