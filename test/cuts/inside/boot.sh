# shellcheck shell=bash
# What a host does by itself when it starts: the kubelet's static Pods run again where its unit is on.
# shellcheck source=/dev/null
. /usr/lib/cuts/machine.double
sync_pods
