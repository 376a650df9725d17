#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2154
# On a control plane node: renew the certificates that are due, restart what uses them, and print what is new.
# Nothing is changed where none is due. The authorities stay, so kubeconfigs that were handed out work until they expire.
# inputs (standard input, see read_inputs):
#   NODE_NAME
#   RENEW_BEFORE_DAYS   certificates that expire within so many days are due
#   ISSUED_AFTER        and those that were written before this time, where one is given
#   TRANSFER_KEY        for the output (secret)
# output: as of read-kubeconfig.sh
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
. "$here/lib.sh"
. "$here/cluster.sh"
. "$here/certificates.sh"
. "$here/restart-components.sh"
. "$here/etcd-programs.sh"
. "$here/etcd-members.sh"
read_inputs NODE_NAME RENEW_BEFORE_DAYS ISSUED_AFTER TRANSFER_KEY
lock

# look_at_due: sets `due` to yes where a certificate is.
look_at_due() {
    local file ends seconds written asked now renewable authorities
    due=no
    now=$(date +%s)
    look_for_certificates
    for file in "${renewable[@]}"; do
        look_at_end "$file"
        seconds=$(date -d "$ends" +%s)
        if [ "$seconds" -le $((now + RENEW_BEFORE_DAYS * 86400)) ]; then due=yes; fi
        if [ -n "$ISSUED_AFTER" ]; then
            written=$(stat -c %Y "$file")
            asked=$(date -d "$ISSUED_AFTER" +%s)
            if [ "$written" -lt "$asked" ]; then due=yes; fi
        fi
    done
}

# kubeadm writes in place. What was there is kept until all is written, and comes back where kubeadm failed or was cut off.
kept=$STATE/certificates-before
keep_certificates() {
    rm -rf "$kept.new"
    mkdir -p "$kept.new"
    if ! cp -a /etc/kubernetes/pki /etc/kubernetes/*.conf "$kept.new/" || ! sync -f "$kept.new"; then
        rm -rf "$kept.new"
        die "the certificates could not be kept beside the new ones, so they were not renewed; see: df $STATE. Run pulumi up again"
    fi
    mv -T "$kept.new" "$kept"
}
# What is moved needs no room on a full disk.
return_certificates() {
    local files file
    if [ ! -d "$kept" ]; then return 0; fi
    files=$(find "$kept" -type f -printf '/%P\n')
    while IFS= read -r file; do
        if [ -n "$file" ] && ! cmp -s "$kept$file" "/etc/kubernetes$file"; then mv -f "$kept$file" "/etc/kubernetes$file"; fi
    done <<<"$files"
    sync -f /etc/kubernetes
    rm -rf "$kept"
}

# Set before the renewal: a run that is cut off behind it leaves this mark, and its restarts are done again.
restarts=$STATE/certificates-renewed
return_certificates
look_at_due
if [ "$due" = yes ] || [ -e "$restarts" ]; then refuse_restart "$NODE_NAME"; fi
if [ "$due" = yes ]; then
    say "renewing certificates"
    record "$restarts"
    keep_certificates
    attempt certificates kubeadm certs renew all
    if [ "$code" != 0 ]; then
        return_certificates
        die "kubeadm certs renew failed, and the certificates are what they were; correct what its last lines name and run pulumi up again"
    fi
    rm -rf "$kept"
fi
if [ -e "$restarts" ]; then
    if [ -s "$STATE/user-kubeconfig" ]; then
        file=$(<"$STATE/user-kubeconfig")
        if [ -e "$file" ]; then
            owner=$(stat -c '%u %g' "$file")
            give_kubeconfig "$file" "${owner% *}" "${owner#* }"
        fi
    fi
    restart etcd
    # With the API server: one that saw it away and come back would count nodes as lost, whose signs of life it missed.
    restart kube-apiserver kube-controller-manager kube-scheduler
    forget "$restarts"
fi
more=()
print_access
