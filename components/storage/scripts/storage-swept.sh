#!/usr/bin/env bash
# The CephCluster is gone: wait until its daemons are too, and the clean-up Jobs that Rook then starts have ended.
# inputs (standard input, see read_inputs):
#   NAMESPACE, CLUSTER    of the CephCluster
#   DESTROY_DATA          true = the user consents to the loss of the data
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../../node/scripts/lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER DESTROY_DATA
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"
lock
if ! exists namespace "$NAMESPACE"; then
    rm -f "$CLEANUP_HOSTS"
    exit 0
fi
! exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE" ||
    die "the CephCluster $CLUSTER is still there: $(field cephcluster "$CLUSTER" '{.status.message}'); run this again when it is gone"

daemons() { k get pods -l "$DAEMONS" -o name; }
wait_until 240 "the Ceph daemons to stop" nothing daemons ||
    die "Ceph daemons still run: $(daemons | xargs). See kubectl -n $NAMESPACE describe on them, then run this again"

# Without Jobs that the confirmation promised, every host is cleaned all the same, by the program itself.
cleaned_hosts() {
    k get jobs -l app=rook-ceph-cleanup -o 'jsonpath={range .items[?(@.status.succeeded>0)]}{.spec.template.spec.nodeSelector.kubernetes\.io/hostname}{"\n"}{end}' | sort -u
}
missing() { comm -23 <(sort -u "$CLEANUP_HOSTS") <(cleaned_hosts); }
if [ -s "$CLEANUP_HOSTS" ]; then
    if [ -n "$(field deployment rook-ceph-operator '{.status.availableReplicas}')" ]; then
        wait_until 300 "the clean-up Jobs on: $(missing | xargs)" nothing missing ||
            say "no clean-up Job has ended on: $(missing | xargs); these hosts are cleaned without Rook"
    else
        say "the operator is gone, so no clean-up Jobs come; the hosts are cleaned without Rook"
    fi
fi
# They would hold the namespace for ever where the operator could not take its finalizers off.
release configmap rook-ceph-mon-endpoints "$NAMESPACE"
release secret rook-ceph-mon "$NAMESPACE"
rm -f "$CLEANUP_HOSTS"
