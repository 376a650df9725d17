#!/usr/bin/env bash
# Print what the stack's outputs say of the storage, sealed (see seal): a session that breaks now has its output printed in
# the error. Unsealed these are lines NAME=BASE64.
# inputs (standard input, see read_inputs):
#   NAMESPACE, CLUSTER    of the CephCluster
#   DASHBOARD             http or https; empty = there is none
#   TRANSFER_KEY          (secret)
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../../node/scripts/lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER DASHBOARD TRANSFER_KEY
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"

line() { printf '%s=%s\n' "$1" "$(printf '%s' "$2" | base64 -w 0)"; }
password() { field secret rook-ceph-dashboard-password '{.data.password}'; }
has_password() { [ -n "$(password)" ]; }

report=$(line HEALTH "$(field cephcluster "$CLUSTER" '{.status.ceph.health}')")$'\n'
report+=$(line MON_ENDPOINTS "$(field configmap rook-ceph-mon-endpoints '{.data.data}')")$'\n'
if [ -n "$DASHBOARD" ]; then
    wait_until 120 "the dashboard's password" has_password ||
        die "the dashboard is on, but its password did not appear within 120 s; see kubectl -n $NAMESPACE logs deploy/rook-ceph-operator"
    port=$(field service rook-ceph-mgr-dashboard '{.spec.ports[0].port}')
    report+=$(line DASHBOARD_ADDRESS "$DASHBOARD://rook-ceph-mgr-dashboard.$NAMESPACE.svc${port:+:$port}")$'\n'
    report+=$(line DASHBOARD_PASSWORD "$(password | base64 -d)")
fi
seal <<<"$report"
