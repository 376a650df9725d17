# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by init.sh, settle.sh, reconfigure.sh, renew-node.sh and reset.sh: whether this node's kubelet has its serving
# certificate, and the end of what approves them.
set -euo pipefail

readonly SERVING_UNIT=kubeadm-cluster-serving-certificates

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
        # One that expired while the host was off is as good as none.
        if openssl x509 -noout -checkend 0 -in /var/lib/kubelet/pki/kubelet-server-current.pem >/dev/null 2>&1; then return 0; fi
        sleep 1
    done
    serving=missing
    say "$HOSTNAME: this kubelet has no valid serving certificate after $1 s; on the control plane, see: journalctl -u $SERVING_UNIT; kubectl get csr"
}
