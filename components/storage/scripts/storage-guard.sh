#!/usr/bin/env bash
# Stop a deletion of the storage before anything is lost, and put right what would keep it from ending.
# usage: storage-guard.sh all|block|filesystem|object
# inputs (standard input, see read_inputs):
#   NAMESPACE, CLUSTER    of the CephCluster
#   DESTROY_DATA          true = the user consents to the loss of the data
#   OPERATOR_MANIFEST     RBAC and operator as one document, for a cluster whose operator is gone; empty = do not care
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../../node/scripts/lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER DESTROY_DATA OPERATOR_MANIFEST
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"
kind=$1

in_use() {
    case $kind in
    block) volumes rbd ;;
    filesystem) volumes cephfs ;;
    object) bucket_claims | sed 's/^/- - - /' ;;
    *)
        volumes any || return
        bucket_claims | sed 's/^/- - - /'
        ;;
    esac
}
# A volume whose claim has just been deleted is on its way: it takes seconds. One that is bound stays.
none_in_use() { nothing in_use; }
claim_list() { in_use | awk '{ printf "%s%s (volume %s, %s)", sep, $4, $1, $3; sep = ", " }'; }

if ! exists namespace "$NAMESPACE" || { [ "$kind" = all ] && ! exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE" && none_in_use; }; then
    say "no Ceph cluster is left, and nothing to lose"
else
    if [ "$DESTROY_DATA" != true ]; then
        found=$(claim_list)
        die "the storage is not deleted without consent, and nothing was changed. Claims in it: ${found:-none}. To lose all data in it, set storage.destroyData: true, run pulumi up, then this again"
    fi
    if ! none_in_use; then
        if cluster_lost; then
            # Their deletion would ask a driver whose cluster no longer answers.
            say "the data of these volumes is gone with its Ceph cluster already: $(claim_list)"
            for attachment in $(attachments); do
                release volumeattachment "$attachment"
                admin delete volumeattachment "$attachment" --ignore-not-found --wait=false >/dev/null
            done
            volumes any | while read -r volume _; do
                admin delete persistentvolume "$volume" --ignore-not-found --wait=false >/dev/null
                release persistentvolume "$volume"
            done
        elif ! wait_until "$(in_use | grep -q ' Bound ' && echo 10 || echo 60)" "volumes to go: $(claim_list)" none_in_use; then
            die "claims are still there, and nothing was changed: $(claim_list). Delete the Pods and claims that use this storage (and volumes of the policy Retain), then run this again"
        fi
    fi
    [ "$kind" != all ] || wait_until 60 "the volumes to be detached: $(attachments | xargs)" nothing attachments ||
        die "volumes are still attached: $(attachments | xargs); see kubectl get volumeattachments, then run this again"
fi
[ "$kind" = all ] && [ "$DESTROY_DATA" = true ] || exit 0

# Somebody deleted the namespace: nothing can be created in it any more, so no operator can take its finalizers off.
if [ -n "$(admin get namespace "$NAMESPACE" -o 'jsonpath={.metadata.deletionTimestamp}' 2>/dev/null || true)" ]; then
    say "the namespace $NAMESPACE is being deleted without its operator; its objects are released"
    release_all() {
        local object
        for object in $(k get "cephclusters,$DEPENDENTS" -o name 2>/dev/null) configmap/rook-ceph-mon-endpoints secret/rook-ceph-mon; do
            release "${object%%/*}" "${object#*/}" "$NAMESPACE"
        done
        ! exists namespace "$NAMESPACE"
    }
    wait_until 180 "the namespace $NAMESPACE to go" release_all ||
        die "the namespace $NAMESPACE does not go: $(admin get namespace "$NAMESPACE" -o 'jsonpath={.status.conditions[?(@.status=="True")].message}')"
elif [ -n "$OPERATOR_MANIFEST" ] && [ -z "$(field deployment rook-ceph-operator '{.status.availableReplicas}')" ] &&
    { exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE" || [ -n "$(dependents || true)" ]; }; then
    say "the operator is gone; it is put back, for only it can take the Ceph cluster down"
    admin apply --server-side --force-conflicts --field-manager kubeadm-cluster-rescue -f - >/dev/null <<<"$OPERATOR_MANIFEST" ||
        die "the operator could not be put back; correct what the lines above name and run this again"
    available() { [ -n "$(field deployment rook-ceph-operator '{.status.availableReplicas}')" ]; }
    wait_until 300 "the operator" available ||
        die "the operator was put back but did not become available within 300 s; see kubectl -n $NAMESPACE get pods"
fi
