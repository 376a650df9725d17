# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: NetworkManager and systemd-networkd leave the pod network's interfaces alone. Either would take
# their addresses and routes away, or ask DHCP for others.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=network-managers.sh
. "$here/network-managers.sh"

links=(cni0 'flannel.*' weave datapath vxlan-6784 'vethwe*' kube-ipvs0)
# Ends of the Pods' interfaces; a host in a container may have such a name for its own.
card=$(ip -o -4 addr show)
card=$(awk -v own="$NODE_IP/" 'index($4, own) == 1 { print $2; exit }' <<<"$card")
if [[ $card != veth* ]]; then links+=('veth*'); fi

if [ -d /etc/NetworkManager ]; then
    names=$(printf ';interface-name:%s' "${links[@]}")
    put "$NETWORK_MANAGER_FILE" 644 "[keyfile]
unmanaged-devices+=${names#;}" "$STATE/reload-network-manager"
fi
if [ -d /etc/systemd/network ]; then
    put "$NETWORKD_FILE" 644 "[Match]
Name=${links[*]}

[Link]
Unmanaged=yes" "$STATE/reload-networkd"
fi
reload_network_managers
