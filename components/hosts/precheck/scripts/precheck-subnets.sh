# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: this host's addresses and routes beside the cluster's subnets; the card that the pod network takes.
set -euo pipefail

# address_number ADDRESS: its 32 bits.
address_number() {
    local parts
    IFS=. read -ra parts <<<"$1"
    echo $(((parts[0] << 24) + (parts[1] << 16) + (parts[2] << 8) + parts[3]))
}

# relation NETWORK SUBNET: inside, around or apart, as NETWORK lies to SUBNET.
relation() {
    local own=$1 own_size=32 subnet_size=${2#*/} one other
    if [[ $own == */* ]]; then own_size=${own#*/}; fi
    one=$(address_number "${own%/*}")
    other=$(address_number "${2%/*}")
    local least=$((own_size < subnet_size ? own_size : subnet_size))
    if [ $((one >> (32 - least))) != $((other >> (32 - least))) ]; then
        echo apart
    elif [ "$own_size" -ge "$subnet_size" ]; then
        echo inside
    else
        echo around
    fi
}

# Whose interfaces these are is known by their names.
readonly POD_NETWORK_LINKS='^(cni0|flannel\.[0-9]+|flannel-v6\..*|weave|datapath|vethwe.*|vxlan-6784|kube-ipvs0|nodelocaldns|cali.*|tunl0|vxlan\.calico|cilium.*|lxc.*|veth.*)$'

# collision WHAT NETWORK LINK FIX: one finding at most for each network.
collision() {
    local what=$1 network=$2 link=$3 fix=$4 name subnet lies
    for name in podSubnet serviceSubnet; do
        subnet=$POD_SUBNET
        if [ "$name" = serviceSubnet ]; then subnet=$SERVICE_SUBNET; fi
        lies=$(relation "$network" "$subnet")
        case $lies-$name in
        inside-*) lack subnets "$what $network of $link is inside kubernetes.$name $subnet" "nothing of this host in it" "$fix; or choose another kubernetes.$name" ;;
        # Weave takes no range that a route of the host covers.
        around-podSubnet) if [ "$NETWORK" = weave ]; then lack subnets "$what $network of $link covers kubernetes.$name $subnet" "no route to it: Weave Net refuses it" "choose another kubernetes.$name, or a smaller network for $link"; fi ;;
        esac
    done
}

check_subnets() {
    local addresses routes link address network rest
    addresses=$(ip -o -4 addr show)
    while read -r _ link _ address _; do
        link=${link%%@*}
        # On a node these are its own; a leftover of another cluster is told by its interface.
        if [ -z "$address" ] || [[ $link =~ $POD_NETWORK_LINKS ]]; then continue; fi
        # A network around the subnet is a route's matter.
        collision address "${address%/*}" "$link" "give $link another address: ip addr del $address dev $link, and where it is configured"
    done <<<"$addresses"
    routes=$(ip -4 route show table main)
    while read -r network rest; do
        if ! [[ $network =~ ^[0-9.]+(/[0-9]+)?$ ]] || [[ $network =~ /[0-7]$ ]]; then continue; fi
        link=${rest#*dev } link=${link%% *}
        # Routes of host-gw lead by a gateway, on a card of the host's.
        if [[ $link =~ $POD_NETWORK_LINKS ]] || { [ "$ours" = yes ] && [[ $rest == *via* ]]; }; then continue; fi
        collision route "$network" "$link" "ip route del $network dev $link, and where it is configured"
    done <<<"$routes"
}

# CARD: the interface that the configuration names for the pod network, or empty: that of NODE_IP. CARD_MTU: what the
# configuration expects it to carry, or empty.
check_card() {
    local card=$CARD mtu state=unknown addresses cards
    if [ -z "$card" ]; then card=$(card_of "$NODE_IP"); fi
    if [ -n "$CARD" ]; then
        addresses=$(ip -o -4 addr show)
        cards=$(awk '{ print $2 }' <<<"$addresses")
        [[ $'\n'$cards$'\n' = *$'\n'"$CARD"$'\n'* ]] ||
            lack card "no interface $CARD with an IPv4 address; there are: ${cards//$'\n'/, }" "the one that network.interface names, on every host" \
                "correct network.interface, or leave it out: then the one with $NODE_IP carries the Pods' traffic"
    fi
    if [ ! -r "/sys/class/net/${card:-none}/mtu" ]; then return 0; fi
    mtu=$(<"/sys/class/net/$card/mtu")
    if [ -r "/sys/class/net/$card/operstate" ]; then state=$(<"/sys/class/net/$card/operstate"); fi
    if [ "$state" = down ] || [ "$state" = lowerlayerdown ]; then
        lack card "$card, which has $NODE_IP, is $state" "an interface that is up" "ip link set $card up, and look at its cable, bond or bridge"
    fi
    if [ -n "$CARD_MTU" ] && [ "$mtu" -lt "$CARD_MTU" ]; then
        lack card "MTU $mtu of $card" "$CARD_MTU at least, for network.mtu" "correct network.mtu, or: ip link set $card mtu $CARD_MTU, and where it is configured"
    elif [ "$mtu" -lt 1280 ]; then
        finding warning card "MTU $mtu of $card" "1280 or more" "correct it where it is configured: little is left for Pods behind the pod network's own headers"
    fi
}
