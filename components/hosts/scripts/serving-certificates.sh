# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by init.sh, admit.sh, remove-node.sh, settle.sh, reconfigure.sh, renew-node.sh, reset.sh and the approval itself:
# serving certificates of kubelets by the cluster's authority, what each may be issued for, who
# approves that, and whether this node's is there.
set -euo pipefail

# On the control plane, a file per node with its address as configured. The approval goes by nothing else: what a Node
# object says of itself is written by the node.
readonly SERVING_NODES=$STATE/serving-nodes
# Requests that were looked at and stay pending, by their uid: each is told of once. Memory: a full disk stops no approval.
readonly SERVING_REFUSED=/run/kubeadm-cluster-serving-refused
readonly SERVING_UNIT=kubeadm-cluster-serving-certificates

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

# remove_serving_approval: nothing approves on this host any more; reset.sh calls it. The second is that of admissions.
remove_serving_approval() {
    remove_units "$SERVING_UNIT" timer
    remove_units kubeadm-cluster-admission path
}

# remove_units NAME KIND: the service NAME and the timer or path, KIND, that starts it.
remove_units() {
    local service=/etc/systemd/system/$1.service starter=/etc/systemd/system/$1.$2 code=0
    if [ ! -e "$service" ] && [ ! -e "$starter" ]; then return 0; fi
    if [ -e "$starter" ]; then
        systemctl -q disable --now "$1.$2" || code=$?
        [ "$code" = 0 ] || die "the unit $1.$2 cannot be stopped; see: systemctl status $1.$2. Run the step again"
    fi
    # What runs now would be started anew for ever where its script has gone.
    systemctl -q stop "$1.service" 2>/dev/null || :
    # The service last: by it a run that was cut off is found.
    take_away "$starter" "$service"
    systemctl daemon-reload
}

# await_serving_certificate SECONDS: sets `serving` to there or, after SECONDS, to missing. Without it this node's kubelet
# answers neither logs nor exec nor metrics. A kubelet that makes its own has nothing to wait for.
await_serving_certificate() {
    local tries code=0
    serving=there
    grep -qxs 'serverTLSBootstrap: true' /var/lib/kubelet/config.yaml || code=$?
    if [ "$code" != 0 ]; then return 0; fi
    for ((tries = 0; tries <= $1; tries++)); do
        if [ -e /var/lib/kubelet/pki/kubelet-server-current.pem ]; then return 0; fi
        sleep 1
    done
    serving=missing
    say "$HOSTNAME: this kubelet has no serving certificate after $1 s; on the control plane, see: journalctl -u $SERVING_UNIT; kubectl get csr"
}
