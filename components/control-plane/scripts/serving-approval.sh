# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by init.sh, admit.sh, remove-node.sh and the approval itself: what each node's serving certificate may be issued
# for, and what approves it.
set -euo pipefail

# On the control plane, a file per node with its address as configured. The approval goes by nothing else: what a Node
# object says of itself is written by the node.
readonly SERVING_NODES=$STATE/serving-nodes
# Requests that were looked at and stay pending, by their uid: each is told of once. Memory: a full disk stops no approval.
readonly SERVING_REFUSED=/run/kubeadm-cluster-serving-refused

# record_node NAME ADDRESS
record_node() {
    local changed=no
    [ -n "$1" ] || die "a node without a name cannot be recorded"
    [[ "$2" =~ ^((0|[1-9][0-9]{0,2})\.){3}(0|[1-9][0-9]{0,2})$ ]] || die "the address of $1 is \"$2\", which is no IPv4 address"
    put "$SERVING_NODES/$1" 600 "$2"
    # What was no node's before may be one's now.
    if [ "$changed" = yes ]; then rm -f "$SERVING_REFUSED"; fi
}

forget_node() { take_away "$SERVING_NODES/$1"; }

# set_serving_approval true|false: the timer that approves runs where kubelets ask.
set_serving_approval() {
    local unit=/etc/systemd/system/$SERVING_UNIT changed=no
    if [ "$1" != true ]; then
        remove_units "$SERVING_UNIT" timer
        return
    fi
    put "$unit.service" 644 "[Unit]
Description=Approve the serving certificates of this cluster's kubelets

[Service]
Type=oneshot
ExecStart=$here/approve-serving-certificates.sh
TimeoutStartSec=60
# Not three lines each time that there is nothing to do.
LogLevelMax=notice"
    put "$unit.timer" 644 "[Unit]
Description=Look for serving certificates that kubelets ask for

[Timer]
OnActiveSec=1
OnUnitInactiveSec=10
AccuracySec=1

[Install]
WantedBy=timers.target"
    # Always: a run that was cut off may have written them, and no more.
    systemctl daemon-reload
    systemctl -q enable --now "$SERVING_UNIT.timer"
}
