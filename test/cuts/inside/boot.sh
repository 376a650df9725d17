# What a host does by itself when it starts: the kubelet's static Pods run again where its unit is on.
. /usr/lib/cuts/machine.sh
sync_pods
