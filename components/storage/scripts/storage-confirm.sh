#!/usr/bin/env bash
# The last step before the CephCluster is deleted: tell Rook that the data may go. Only here is the confirmation ever set.
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

exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE"
if [ "$there" = no ]; then exit 0; fi
[ "$DESTROY_DATA" = true ] ||
    die "the Ceph cluster is not deleted without consent. To lose all data in it, set storage.destroyData: true, run pulumi up, then this again"

# With the confirmation set and a file system or a volume left, Rook would pull the data away under whoever uses it.
dependents
names=$(in_line "$dependents")
wait_until 120 "these to go first: $names" no_dependents
if [ "$met" = no ]; then
    names=$(in_line "$dependents")
    die "these are still there, and would be destroyed under their users: $names. Delete them (kubectl -n $NAMESPACE describe tells what blocks one), then run this again"
fi
volumes any
if [ -n "$volumes" ]; then
    names=$(awk '{ printf "%s%s", sep, $1; sep = " " }' <<<"$volumes")
    die "volumes are still there: $names. Delete their claims, then run this again"
fi

field cephcluster "$CLUSTER" '{.metadata.deletionTimestamp}'
if [ -n "$said" ]; then
    say "the Ceph cluster is being deleted already; its hosts are cleaned without Rook"
    exit 0
fi
# Their names are those of the Jobs to come: a finished one would be taken for the new.
"${K[@]}" delete jobs -l app=rook-ceph-cleanup --ignore-not-found --timeout 60s >/dev/null ||
    die "old clean-up Jobs could not be deleted within 60 s; see kubectl -n $NAMESPACE get jobs -l app=rook-ceph-cleanup"
must_ask -n "$NAMESPACE" get pods -l "$DAEMONS" -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}'
hosts=$(sed '/^$/d' <<<"$said" | sort -u)
record "$CLEANUP_HOSTS" "$hosts"
"${K[@]}" patch cephcluster "$CLUSTER" --type merge -p '{"spec":{"cleanupPolicy":{"confirmation":"yes-really-destroy-data"}}}' >/dev/null ||
    die "Rook could not be told that the data may go; the line above says why. Nothing was deleted. Run this again"
