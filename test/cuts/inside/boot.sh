# shellcheck shell=bash
# What a host does by itself when it starts: the kubelet's static Pods run again where its unit is on.
# What is mounted stays mounted from run to run.
if [ -e /sim/mounted ]; then
    while read -r at; do
        mkdir -p "$at"
        mount -t tmpfs cuts "$at"
        : >"$at/file"
    done </sim/mounted
fi
# shellcheck source=/dev/null
. /usr/lib/cuts/machine.double
sync_pods
# And of what DaemonSets run here.
if [ -e /sim/daemons ]; then
    while read -r name; do start_pod "$name" 0; done </sim/daemons
fi
