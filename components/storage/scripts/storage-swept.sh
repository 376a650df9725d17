#!/usr/bin/env bash
# The CephCluster is gone: wait until its daemons are too, and the clean-up Jobs that Rook then starts have ended.
# inputs (standard input, see read_inputs):
#   NAMESPACE, CLUSTER    of the CephCluster
#   DESTROY_DATA          true = the user consents to the loss of the data
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER DESTROY_DATA
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"
lock
exists namespace "$NAMESPACE"
if [ "$there" = no ]; then
    forget "$CLEANUP_HOSTS"
    exit 0
fi
exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE"
if [ "$there" = yes ]; then
    field cephcluster "$CLUSTER" '{.status.message}'
    die "the CephCluster $CLUSTER is still there: $said; run this again when it is gone"
fi

no_daemons() {
    must_ask -n "$NAMESPACE" get pods -l "$DAEMONS" -o name
    daemons=$said
    if [ -z "$daemons" ]; then met=yes; fi
}
wait_until 240 "the Ceph daemons to stop" no_daemons
if [ "$met" = no ]; then
    names=$(in_line "$daemons")
    die "Ceph daemons still run: $names. See kubectl -n $NAMESPACE describe on them, then run this again"
fi

# all_cleaned: sets `missing` to the hosts whose Job has not ended. Without Jobs that the confirmation promised, every host
# is cleaned all the same, by the program itself.
all_cleaned() {
    local name
    must_ask -n "$NAMESPACE" get jobs -l app=rook-ceph-cleanup -o 'jsonpath={range .items[?(@.status.succeeded>0)]}{.spec.template.spec.nodeSelector.kubernetes\.io/hostname}{"\n"}{end}'
    missing=
    while IFS= read -r name; do
        if [ -n "$name" ] && [[ $'\n'$said$'\n' != *$'\n'"$name"$'\n'* ]]; then missing+="${missing:+ }$name"; fi
    done <"$CLEANUP_HOSTS"
    if [ -z "$missing" ]; then met=yes; fi
}
if [ -s "$CLEANUP_HOSTS" ]; then
    field deployment rook-ceph-operator '{.status.availableReplicas}'
    if [ -n "$said" ]; then
        all_cleaned
        wait_until 300 "the clean-up Jobs on: $missing" all_cleaned
        if [ "$met" = no ]; then say "no clean-up Job has ended on: $missing; these hosts are cleaned without Rook"; fi
    else
        say "the operator is gone, so no clean-up Jobs come; the hosts are cleaned without Rook"
    fi
fi
# They would hold the namespace for ever where the operator could not take its finalizers off.
release configmap rook-ceph-mon-endpoints "$NAMESPACE"
release secret rook-ceph-mon "$NAMESPACE"
forget "$CLEANUP_HOSTS"
