#!/bin/sh
# Run in Weave's Pods in place of the image's launch.sh, which it ends in: what differs from host to host.
# environment: NODE_IP, the node's own address; WEAVE_MTU, where the configuration has one
set -eu

# A kernel without Open vSwitch gets a plain bridge by itself, but only where there is none yet: a Pod that is started
# again finds it, wants the other kind, and ends.
if [ -e /sys/class/net/weave ] && [ ! -e /sys/class/net/datapath ]; then
    export WEAVE_NO_FASTDP=1
fi

# Weave's own 1376 and what its tunnels add, 84 with encryption, fit a card of 1460.
if [ -z "${WEAVE_MTU:-}" ]; then
    addresses=$(ip -o -4 addr show)
    # shellcheck disable=SC2016  # awk's own
    card=$(echo "$addresses" | awk -v own="$NODE_IP/" 'index($4, own) == 1 { print $2; exit }')
    if [ -n "$card" ] && [ -r "/sys/class/net/$card/mtu" ]; then
        mtu=$(cat "/sys/class/net/$card/mtu")
        if [ "$mtu" -lt 1460 ]; then
            export WEAVE_MTU=$((mtu - 84))
            echo "MTU $WEAVE_MTU: $card, which has $NODE_IP, carries $mtu"
        fi
    fi
fi
exec /home/weave/launch.sh
