# shellcheck shell=bash disable=SC2153
# Sourced by prepare-vip.sh, verify.sh and reset.sh: where the virtual address of the control plane is kept, and how it goes.
set -euo pipefail

readonly VIP_UNIT=kubeadm-cluster-vip
readonly VIP_UNIT_FILE=/etc/systemd/system/$VIP_UNIT.service VIP_CONFIG=$STATE/vip/keepalived.conf

# keepalived takes the address from the interface when it ends: its unit, by which it is ended, is the last to go.
remove_vip() {
    local state=inactive
    if [ ! -e "$VIP_UNIT_FILE" ] && [ ! -e "$STATE/wrote$VIP_UNIT_FILE" ]; then return 0; fi
    if [ -e "$VIP_UNIT_FILE" ]; then
        systemctl -q disable --now "$VIP_UNIT" || :
        state=$(systemctl is-active "$VIP_UNIT") || :
    fi
    case $state in
    inactive | failed | unknown) ;;
    *) die "keepalived could not be stopped (its unit $VIP_UNIT is ${state:-in an unknown state}), so this host may still have the virtual address; see: systemctl status $VIP_UNIT. Run this again when it has ended" ;;
    esac
    take_away "$VIP_CONFIG"
    rm -rf "${VIP_CONFIG%/*}"
    take_away "$VIP_UNIT_FILE"
    systemctl daemon-reload
}
