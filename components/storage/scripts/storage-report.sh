#!/usr/bin/env bash
# Print what the stack's outputs say of the storage, sealed (see seal): a session that breaks now has its output printed in
# the error. Unsealed these are lines NAME=BASE64.
# inputs (standard input, see read_inputs):
#   NAMESPACE, CLUSTER    of the CephCluster
#   DASHBOARD             http or https; empty = there is none
#   TRANSFER_KEY          (secret)
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER DASHBOARD TRANSFER_KEY
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"

report=
# line NAME TEXT
line() {
    local encoded
    encoded=$(printf '%s' "$2" | base64 -w 0)
    report+="$1=$encoded"$'\n'
}
# Sets `password` to base64, as a Secret has it.
password() {
    field secret rook-ceph-dashboard-password '{.data.password}'
    password=$said
    if [ -n "$password" ]; then met=yes; fi
}

field cephcluster "$CLUSTER" '{.status.ceph.health}'
line HEALTH "$said"
field configmap rook-ceph-mon-endpoints '{.data.data}'
line MON_ENDPOINTS "$said"
if [ -n "$DASHBOARD" ]; then
    wait_until 120 "the dashboard's password" password
    [ "$met" = yes ] ||
        die "the dashboard is on, but its password did not appear within 120 s; see kubectl -n $NAMESPACE logs deploy/rook-ceph-operator"
    field service rook-ceph-mgr-dashboard '{.spec.ports[0].port}'
    line DASHBOARD_ADDRESS "$DASHBOARD://rook-ceph-mgr-dashboard.$NAMESPACE.svc${said:+:$said}"
    plain=$(base64 -d <<<"$password")
    line DASHBOARD_PASSWORD "$plain"
fi
sealed=$(seal <<<"${report%$'\n'}")
answer "$sealed"
