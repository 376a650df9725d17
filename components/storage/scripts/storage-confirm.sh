#!/usr/bin/env bash
# The last step before the CephCluster is deleted: tell Rook that the data may go. Only here is the confirmation ever set.
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

exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE" || exit 0
[ "$DESTROY_DATA" = true ] ||
    die "the Ceph cluster is not deleted without consent. To lose all data in it, set storage.destroyData: true, run pulumi up, then this again"

# With the confirmation set and a file system or a volume left, Rook would pull the data away under whoever uses it.
wait_until 120 "these to go first: $(dependents | xargs)" nothing dependents ||
    die "these are still there, and would be destroyed under their users: $(dependents | xargs). Delete them (kubectl -n $NAMESPACE describe tells what blocks one), then run this again"
nothing volumes any || die "volumes are still there: $(volumes any | cut -d' ' -f1 | xargs). Delete their claims, then run this again"

if [ -n "$(field cephcluster "$CLUSTER" '{.metadata.deletionTimestamp}')" ]; then
    say "the Ceph cluster is being deleted already; its hosts are cleaned without Rook"
    exit 0
fi
# Their names are those of the Jobs to come: a finished one would be taken for the new.
k delete jobs -l app=rook-ceph-cleanup --ignore-not-found --timeout 60s >/dev/null ||
    die "old clean-up Jobs could not be deleted within 60 s; see kubectl -n $NAMESPACE get jobs -l app=rook-ceph-cleanup"
k get pods -l "$DAEMONS" -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}' | sort -u | sed '/^$/d' >"$CLEANUP_HOSTS"
k patch cephcluster "$CLUSTER" --type merge -p '{"spec":{"cleanupPolicy":{"confirmation":"yes-really-destroy-data"}}}' >/dev/null
