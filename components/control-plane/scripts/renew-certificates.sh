#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2154
# On a control plane node: renew the certificates that are due, restart what uses them, and print what is new.
# Nothing is changed where none is due. The authorities stay, so kubeconfigs that were handed out work until they expire.
# inputs (standard input, see read_inputs):
#   NODE_NAME
#   RENEW_BEFORE_DAYS   certificates that expire within so many days are due; those that have expired are in any case
#   ISSUED_AFTER        and those that were written before this time, where one is given
#   TRANSFER_KEY        for the output (secret)
# output: as of read-kubeconfig.sh
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
. "$here/lib.sh"
. "$here/cluster.sh"
. "$here/certificates.sh"
. "$here/kept-certificates.sh"
. "$here/expired-certificates.sh"
. "$here/restart-components.sh"
. "$here/etcd-programs.sh"
. "$here/etcd-members.sh"
read_inputs NODE_NAME RENEW_BEFORE_DAYS ISSUED_AFTER TRANSFER_KEY
lock

# look_at_due: sets `due` to yes where a certificate is.
look_at_due() {
    local file certificate began ends seconds before written asked now renewable authorities
    due=no
    now=$(date +%s)
    look_for_certificates
    for file in "${renewable[@]}"; do
        look_at_end "$file"
        seconds=$(date -d "$ends" +%s)
        certificate=$(certificate_in "$file")
        began=$(openssl x509 -noout -startdate <<<"$certificate")
        began=$(date -d "${began#notBefore=}" +%s)
        # One that does not live so long is due in the last third of its time.
        before=$((RENEW_BEFORE_DAYS * 86400))
        if [ "$before" -gt $((seconds - began)) ]; then before=$(((seconds - began) / 3)); fi
        if [ "$seconds" -le $((now + before)) ]; then due=yes; fi
        if [ -n "$ISSUED_AFTER" ]; then
            written=$(stat -c %Y "$file")
            asked=$(date -d "$ISSUED_AFTER" +%s)
            if [ "$written" -lt "$asked" ]; then due=yes; fi
        fi
    done
}

# Set before the renewal: a run that is cut off behind it leaves this mark, and its restarts are done again.
restarts=$STATE/certificates-renewed
renew_expired
look_at_due
if [ "$due" = yes ] || [ -e "$restarts" ]; then refuse_restart "$NODE_NAME"; fi
if [ "$due" = yes ]; then
    say "renewing certificates"
    record "$restarts"
    renew_by_kubeadm
fi
if [ -e "$restarts" ]; then
    renew_user_kubeconfig
    restart etcd
    # With the API server: one that saw it away and come back would count nodes as lost, whose signs of life it missed.
    restart kube-apiserver kube-controller-manager kube-scheduler
    forget "$restarts"
fi
more=()
print_access
