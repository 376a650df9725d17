# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by join.sh and init.sh: a Node that somebody has deleted by hand, while its kubelet is what it was. A kubelet makes
# its Node at its start alone.
set -euo pipefail

# There from before a kubelet registers again until its Node has what kubeadm and the network need.
readonly REGISTERING=$STATE/registering

# register_again CLIENT: sets `back` to yes where the Node is there again, of this machine. CLIENT is the argument of the
# kubectl that may ask for it, $ADMIN or $AS_NODE.
register_again() {
    local tries own machine
    back=no
    own=$(</etc/machine-id)
    record "$REGISTERING"
    say "the Node $NODE_NAME is gone from the cluster, and this host's kubelet is restarted to register it again"
    systemctl restart kubelet || die "the kubelet could not be restarted; see: journalctl -u kubelet. Then run pulumi up again"
    for ((tries = 0; tries < 30 && SECONDS < STEP_SECONDS - 60; tries++)); do
        machine=$(kubectl "$1" get node --ignore-not-found --request-timeout 10s -o 'jsonpath={.status.nodeInfo.machineID}' -- "$NODE_NAME" 2>/dev/null) || machine=
        if [ "$machine" = "$own" ]; then
            back=yes
            break
        fi
        sleep 2
    done
    if [ "$back" = yes ]; then finish_registering "$1"; fi
}

# finish_registering CLIENT: what is left to do of it, also where an earlier run was cut off.
finish_registering() {
    if [ ! -e "$REGISTERING" ]; then return 0; fi
    mark_socket "$1"
    drop_stale_bridge "$1"
    forget "$REGISTERING"
}

# mark_socket CLIENT: what kubeadm leaves on a Node, and asks for when it upgrades one; from 1.34 on it has a file here.
mark_socket() {
    local flags='' socket=unix:///run/containerd/containerd.sock
    if [ -s /var/lib/kubelet/instance-config.yaml ]; then return 0; fi
    if [ -e /var/lib/kubelet/kubeadm-flags.env ]; then flags=$(</var/lib/kubelet/kubeadm-flags.env); fi
    if [[ "$flags" =~ --container-runtime-endpoint=([^[:space:]\"]+) ]]; then socket=${BASH_REMATCH[1]}; fi
    kubectl "$1" annotate node --overwrite --request-timeout 10s "$NODE_NAME" -- "kubeadm.alpha.kubernetes.io/cri-socket=$socket" >/dev/null ||
        die "the Node $NODE_NAME is back, but the mark of its container runtime could not be written; the line above says why. Run pulumi up again"
}

# drop_stale_bridge CLIENT: a new Node has another range of addresses. The bridge plug-in refuses the bridge of the former
# one, and every Pod waits for its network. What was on that bridge went with the former Node.
drop_stale_bridge() {
    local tries links range='' has
    links=$(ip -o link show)
    if [[ "$links" != *": cni0: "* ]]; then return 0; fi
    for ((tries = 0; tries < 10; tries++)); do
        range=$(kubectl "$1" get node --ignore-not-found --request-timeout 10s -o 'jsonpath={.spec.podCIDR}' -- "$NODE_NAME" 2>/dev/null) || range=
        if [ -n "$range" ]; then break; fi
        sleep 1
    done
    if [ -z "$range" ]; then return 0; fi
    has=$(ip -4 -o address show dev cni0)
    # The first address of the range, with the range's length.
    if [[ " $has " != *" ${range%.*}.1/${range#*/} "* ]]; then
        say "the bridge cni0 has an address of the former Node's range, and goes; the next Pod makes it anew"
        ip link delete cni0 || die "the bridge cni0 could not be deleted, and Pods get no network on this host; see: ip address show cni0"
    fi
}
