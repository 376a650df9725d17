# shellcheck shell=bash
# Sourced by prepare-network-managers.sh and reset.sh: what is written for the host's own managers of its network.
set -euo pipefail

readonly NETWORK_MANAGER_FILE=/etc/NetworkManager/conf.d/99-kubeadm-cluster.conf
# The first file that names an interface holds for it.
readonly NETWORKD_FILE=/etc/systemd/network/00-kubeadm-cluster.network

# reload_network_managers: those that run read what has changed; their connections stay.
reload_network_managers() {
    if [ -e "$STATE/reload-network-manager" ]; then
        if systemctl -q is-active NetworkManager; then
            must network "NetworkManager does not read its settings again; see: journalctl -u NetworkManager" systemctl reload NetworkManager
        fi
        forget "$STATE/reload-network-manager"
    fi
    if [ -e "$STATE/reload-networkd" ]; then
        if systemctl -q is-active systemd-networkd; then
            must network "systemd-networkd does not read its settings again; see: journalctl -u systemd-networkd" networkctl reload
        fi
        forget "$STATE/reload-networkd"
    fi
}

# remove_network_settings: the managers read that, too.
remove_network_settings() {
    if [ -e "$NETWORK_MANAGER_FILE" ]; then
        record "$STATE/reload-network-manager"
        take_away "$NETWORK_MANAGER_FILE"
    fi
    if [ -e "$NETWORKD_FILE" ]; then
        record "$STATE/reload-networkd"
        take_away "$NETWORKD_FILE"
    fi
    reload_network_managers
}
