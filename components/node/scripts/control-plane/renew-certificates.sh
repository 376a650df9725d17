#!/usr/bin/env bash
# On a control plane node: renew the certificates that are due, restart what uses them, and print what is new.
# Nothing is changed where none is due. The authorities stay, so kubeconfigs that were handed out work until they expire.
# inputs (standard input, see read_inputs):
#   RENEW_BEFORE_DAYS   certificates that expire within so many days are due
#   ISSUED_AFTER        and those that were written before this time, where one is given
#   TRANSFER_KEY        for the output (secret)
# output: as of read-kubeconfig.sh
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=certificates.sh
. "$here/certificates.sh"
# shellcheck source-path=SCRIPTDIR source=containers.sh
. "$here/containers.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-members.sh
. "$here/etcd-members.sh"
read_inputs RENEW_BEFORE_DAYS ISSUED_AFTER TRANSFER_KEY
lock

due() {
    local file
    while read -r file; do
        certificate_in "$file" | openssl x509 -noout -checkend $((RENEW_BEFORE_DAYS * 86400)) >/dev/null || return 0
        [ -z "$ISSUED_AFTER" ] || [ "$(stat -c %Y "$file")" -ge "$(date -d "$ISSUED_AFTER" +%s)" ] || return 0
    done < <(renewable_files)
    return 1
}

# restart COMPONENT...: ended, each is started again by the kubelet. No manifest is touched that a broken run would have to
# give back. The API server would wait a minute for its watchers: it has ten seconds.
restart() {
    local component attempt now pending
    local -A old
    for component; do old[$component]=$(running "$component"); done
    for attempt in $(seq 120); do
        pending=false
        for component; do
            now=$(running "$component")
            if [ -n "$now" ] && [ "$now" != "${old[$component]}" ]; then continue; fi
            pending=true
            case $attempt-$now in
            *-) ;;
            1-*) ctr -n k8s.io tasks kill --signal SIGTERM "$now" ;;
            10-*) ctr -n k8s.io tasks kill --signal SIGKILL "$now" ;;
            esac
        done
        if ! $pending && api_ready; then return 0; fi
        sleep 1
    done
    die "$* did not come back within 120 s after their certificates were renewed; see: crictl ps -a, journalctl -u kubelet"
}

# A run that was cut off behind the renewal leaves this mark: its restarts are done again.
restarts=$STATE/certificates-renewed
if due || [ -e "$restarts" ]; then
    refuse_restart "$(init_document | node_name_in)"
fi
if due; then
    say "renewing certificates"
    touch "$restarts"
    logged certificates kubeadm certs renew all || die "kubeadm certs renew failed; correct what its last lines name and run pulumi up again"
    if [ -s "$STATE/user-kubeconfig" ]; then
        # Not replaced but rewritten: it stays its user's.
        cat /etc/kubernetes/admin.conf >"$(cat "$STATE/user-kubeconfig")"
    fi
fi
if [ -e "$restarts" ]; then
    restart etcd
    # With the API server: one that saw it away and come back would count nodes as lost, whose signs of life it missed.
    restart kube-apiserver kube-controller-manager kube-scheduler
    rm -f "$restarts"
fi
print_access
