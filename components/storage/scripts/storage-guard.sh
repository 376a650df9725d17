#!/usr/bin/env bash
# Stop a deletion of the storage before anything is lost, and put right what would keep it from ending.
# usage: storage-guard.sh all|block|filesystem|object
# inputs (standard input, see read_inputs):
#   NAMESPACE, CLUSTER    of the CephCluster
#   DESTROY_DATA          true = the user consents to the loss of the data
#   OPERATOR_MANIFEST     RBAC and operator as one document, for a cluster whose operator is gone; empty = do not care
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER DESTROY_DATA OPERATOR_MANIFEST
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"
kind=$1

# in_use: sets `used` to the lines of what is still claimed, and `claims` to a text that names it.
in_use() {
    volumes='' bucket_claims=''
    case $kind in
    block) volumes rbd ;;
    filesystem) volumes cephfs ;;
    object) bucket_claims ;;
    *)
        volumes any
        bucket_claims
        ;;
    esac
    used=$volumes${volumes:+$'\n'}$bucket_claims
    used=${used%$'\n'}
    claims=$(awk 'NF { printf "%s%s (volume %s, %s)", sep, $4, $1, $3; sep = ", " }' <<<"$used")
}
# A volume whose claim has just been deleted is on its way: it takes seconds. One that is bound stays.
none_in_use() {
    in_use
    if [ -z "$used" ]; then met=yes; fi
}

release_attachments() {
    local attachment
    attachments
    for attachment in $attachments; do
        release volumeattachment "$attachment"
        kubectl "$ADMIN" delete volumeattachment "$attachment" --ignore-not-found --wait=false --request-timeout 20s >/dev/null
    done
}
# Their deletion would ask a driver whose cluster no longer answers.
release_volumes() {
    local volume
    say "the data of these volumes is gone with its Ceph cluster already: $claims"
    release_attachments
    volumes any
    while read -r volume _; do
        if [ -z "$volume" ]; then continue; fi
        kubectl "$ADMIN" delete persistentvolume "$volume" --ignore-not-found --wait=false --request-timeout 20s >/dev/null
        release persistentvolume "$volume"
    done <<<"$volumes"
}

exists namespace "$NAMESPACE"
namespace=$there
exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE"
cluster=$there
in_use
if [ "$namespace" = no ] || { [ "$kind" = all ] && [ "$cluster" = no ] && [ -z "$used" ]; }; then
    say "no Ceph cluster is left, and nothing to lose"
    # What a run that was cut off has left of volumes has nobody who would end it.
    if [ "$kind" = all ] && [ "$DESTROY_DATA" = true ] && [ -n "$used" ]; then
        cluster_lost
        if [ "$lost" = yes ]; then release_volumes; fi
    fi
else
    [ "$DESTROY_DATA" = true ] ||
        die "the storage is not deleted without consent, and nothing was changed. Claims in it: ${claims:-none}. To lose all data in it, set storage.destroyData: true, run pulumi up, then this again"
    if [ -n "$used" ]; then
        cluster_lost
        if [ "$lost" = yes ]; then
            release_volumes
        else
            patience=60
            if [[ "$used" == *" Bound "* ]]; then patience=10; fi
            wait_until "$patience" "volumes to go: $claims" none_in_use
            [ "$met" = yes ] ||
                die "claims are still there, and nothing was changed: $claims. Delete the Pods and claims that use this storage (and volumes of the policy Retain), then run this again"
        fi
    fi
    if [ "$kind" = all ]; then
        wait_until 60 "the volumes to be detached" no_attachments
        if [ "$met" = no ]; then
            cluster_lost
            if [ "$lost" = yes ]; then release_attachments; fi
            no_attachments
        fi
        if [ "$met" = no ]; then
            names=$(in_line "$attachments")
            die "volumes are still attached: $names; see kubectl get volumeattachments, then run this again"
        fi
    fi
fi
if [ "$kind" = all ] && [ "$DESTROY_DATA" = true ]; then
    # shellcheck source-path=SCRIPTDIR source=storage-rescue.sh
    . "$here/storage-rescue.sh"
fi
