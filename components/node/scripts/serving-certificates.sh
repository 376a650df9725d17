# shellcheck shell=bash
# Sourced by init.sh, admit.sh, remove-node.sh, settle.sh, reconfigure.sh, renew-node.sh, reset.sh and the approval itself:
# serving certificates of kubelets by the cluster's authority, what each may be issued for, who
# approves that, and whether this node's is there.

# On the control plane, a file per node with its address as configured. The approval goes by nothing else: what a Node
# object says of itself is written by the node.
readonly SERVING_NODES=$STATE/serving-nodes
# Requests that were looked at and stay pending, by their uid.
readonly SERVING_REFUSED=$STATE/serving-refused
readonly SERVING_UNIT=kubeadm-cluster-serving-certificates

# record_node NAME ADDRESS
record_node() {
    put "$SERVING_NODES/$1" 600 <<<"$2" || return 0
    # What was no node's before may be one's now.
    rm -f "$SERVING_REFUSED"
}

# record_own_node INIT_CONFIGURATION: the control plane node that it is about.
record_own_node() {
    local name address
    name=$(node_name_in <<<"$1")
    address=$(awk '$1 == "advertiseAddress:" { print $2; exit }' <<<"$1")
    [ -z "$name" ] || record_node "$name" "$address"
}

forget_node() { take_away "$SERVING_NODES/$1"; }

# set_serving_approval CLUSTER_CONFIGURATION: the timer that approves runs where its KubeletConfiguration has kubelets ask.
set_serving_approval() {
    local unit=/etc/systemd/system/$SERVING_UNIT changed=false
    if ! grep -qx 'serverTLSBootstrap: true' <<<"$1"; then
        remove_serving_approval
        return
    fi
    put "$unit.service" 644 <<UNIT && changed=true
[Unit]
Description=Approve the serving certificates of this cluster's kubelets

[Service]
Type=oneshot
ExecStart=$(dirname "$(readlink -f "$0")")/approve-serving-certificates.sh
TimeoutStartSec=60
# Not three lines each time that there is nothing to do.
LogLevelMax=notice
UNIT
    put "$unit.timer" 644 <<'UNIT' && changed=true
[Unit]
Description=Look for serving certificates that kubelets ask for

[Timer]
OnActiveSec=1
OnUnitInactiveSec=10
AccuracySec=1

[Install]
WantedBy=timers.target
UNIT
    if $changed; then systemctl daemon-reload; fi
    systemctl -q enable --now "$SERVING_UNIT.timer"
}

remove_serving_approval() {
    local unit=/etc/systemd/system/$SERVING_UNIT
    [ -e "$unit.timer" ] || [ -e "$unit.service" ] || return 0
    systemctl -q disable --now "$SERVING_UNIT.timer" 2>/dev/null || true
    take_away "$unit.timer" "$unit.service"
    systemctl daemon-reload
}

# await_serving_certificate SECONDS: until it is there, this node's kubelet answers neither logs nor exec nor metrics.
await_serving_certificate() {
    local tries
    grep -qxs 'serverTLSBootstrap: true' /var/lib/kubelet/config.yaml || return 0
    for ((tries = 0; tries <= $1; tries++)); do
        [ ! -e /var/lib/kubelet/pki/kubelet-server-current.pem ] || return 0
        sleep 1
    done
    say "$(hostname): this kubelet has no serving certificate after $1 s; on the control plane, see: journalctl -u $SERVING_UNIT; kubectl get csr"
    return 1
}
