# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by the storage steps that run on the control plane node: what they all ask the cluster. "Not there" and "could
# not ask" are never the same answer.
set -euo pipefail

# All kinds by whose objects Rook holds back the deletion of a CephCluster, and those that hold back a pool's.
readonly DEPENDENTS=cephblockpools,cephblockpoolradosnamespaces,cephfilesystems,cephfilesystemsubvolumegroups,cephfilesystemmirrors,cephobjectstores,cephobjectstoreusers,cephobjectzones,cephobjectzonegroups,cephobjectrealms,cephnfses,cephrbdmirrors,cephclients,cephbucketnotifications,cephbuckettopics
# The daemons that Rook waits for before it cleans their hosts.
readonly DAEMONS='app in (rook-ceph-mon,rook-ceph-mgr,rook-ceph-osd,rook-ceph-mds,rook-ceph-rgw,rook-ceph-rbd-mirror,rook-ceph-fs-mirror)'
# The hosts whose clean-up by Rook is to be awaited, one a line.
readonly CLEANUP_HOSTS=$STATE/storage-cleanup-hosts
# kubectl in the storage's namespace.
readonly K=(kubectl "$ADMIN" -n "$NAMESPACE")

# ask ARGUMENTS...: sets `said` to kubectl's answer, and `asked` to yes; to no, with the reason in `why`, where nobody
# could be asked. A kind that the API server does not have has no objects: `why` tells of it.
ask() {
    asked=yes why=
    said=$(kubectl "$ADMIN" --request-timeout 20s "$@" 2>/dev/null) && return 0
    why=$(kubectl "$ADMIN" --request-timeout 20s "$@" 2>&1 >/dev/null) || :
    said=
    if [[ "$why" != *"the server doesn't have a resource type"* ]]; then asked=no; fi
}

# must_ask ARGUMENTS...: as ask; an API server that stays away ends the script.
must_ask() {
    local tries
    for ((tries = 0; tries < 10; tries++)); do
        ask "$@"
        if [ "$asked" = yes ]; then return 0; fi
        sleep 3
    done
    die "the API server could not be asked (kubectl $*): ${why##*$'\n'}; nothing is taken for gone. Run the same command again when it answers"
}

# field KIND NAME JSONPATH: sets `said` to a field of an object in the namespace; to nothing where either is missing.
field() { must_ask -n "$NAMESPACE" get "$1" "$2" --ignore-not-found -o "jsonpath=$3"; }

# exists KIND NAME [NAMESPACE]: sets `there` to yes or no.
exists() {
    local place=()
    if [ -n "${3:-}" ]; then place=(-n "$3"); fi
    must_ask "${place[@]}" get "$1" "$2" --ignore-not-found -o name
    there=no
    if [[ "$said" == *"/$2" ]]; then there=yes; fi
}

# wait_until SECONDS WHAT QUESTION...: runs QUESTION, a function, until it sets `met` to yes; says what it waits for, once
# and then every 30 s. It ends before this step is ended from outside. `met` stays no where it did not come true.
wait_until() {
    local limit=$1 what=$2 start=$SECONDS told=-30
    shift 2
    while true; do
        met=no
        "$@"
        if [ "$met" = yes ] || [ $((SECONDS - start)) -ge "$limit" ] || [ "$SECONDS" -ge $((STEP_SECONDS - 15)) ]; then return 0; fi
        if [ $((SECONDS - told)) -ge 30 ]; then
            say "waiting up to $((limit - SECONDS + start)) s for $what"
            told=$SECONDS
        fi
        sleep 2
    done
}

# volumes rbd|cephfs|any: sets `volumes` to lines "PV POLICY PHASE NAMESPACE/CLAIM" of those in this storage.
volumes() {
    local driver=${1/any/}
    must_ask get persistentvolumes -o 'go-template={{range .items}}{{with .spec.csi}}{{.driver}}{{else}}-{{end}} {{.metadata.name}} {{.spec.persistentVolumeReclaimPolicy}} {{.status.phase}} {{with .spec.claimRef}}{{.namespace}}/{{.name}}{{else}}-{{end}}{{"\n"}}{{end}}'
    volumes=$(awk -v want="$NAMESPACE.$driver" '$1 ~ /\.(rbd|cephfs)\.csi\.ceph\.com$/ && index($1, want) == 1 { print $2, $3, $4, $5 }' <<<"$said")
}

# Sets `attachments` to their names, one a line.
attachments() {
    must_ask get volumeattachments -o 'jsonpath={range .items[*]}{.spec.attacher} {.metadata.name}{"\n"}{end}'
    attachments=$(awk -v want="$NAMESPACE." 'index($1, want) == 1 && /csi\.ceph\.com/ { print $2 }' <<<"$said")
}

# Sets `bucket_claims` to lines like those of volumes.
bucket_claims() {
    must_ask get objectbucketclaims.objectbucket.io -A -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\n"}{end}'
    bucket_claims=$(sed -n 's/^./- - - &/p' <<<"$said")
}

# Sets `dependents` to KIND/NAME lines.
dependents() {
    local kind all=
    must_ask -n "$NAMESPACE" get "$DEPENDENTS" -o name
    if [ -n "$why" ]; then
        # Not all kinds are there: each is asked for alone.
        for kind in ${DEPENDENTS//,/ }; do
            must_ask -n "$NAMESPACE" get "$kind" -o name
            all+=${said:+$said$'\n'}
        done
        said=${all%$'\n'}
    fi
    dependents=${said//.ceph.rook.io/}
}

no_attachments() {
    attachments
    if [ -z "$attachments" ]; then met=yes; fi
}
no_dependents() {
    dependents
    if [ -z "$dependents" ]; then met=yes; fi
}

# cluster_lost: sets `lost` to yes where the cluster's data is lost already: its object is gone, or goes with the
# confirmation to destroy everything.
cluster_lost() {
    lost=yes
    exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE"
    if [ "$there" = no ]; then return 0; fi
    field cephcluster "$CLUSTER" '{.metadata.deletionTimestamp} {.spec.cleanupPolicy.confirmation}'
    if [[ "$said" != ?*" yes-really-destroy-data" ]]; then lost=no; fi
}

# release KIND NAME [NAMESPACE]: takes the finalizers off an object whose controller will never do it.
release() {
    local place=() tries
    if [ -n "${3:-}" ]; then place=(-n "$3"); fi
    for ((tries = 0; tries < 5; tries++)); do
        if kubectl "$ADMIN" "${place[@]}" patch "$1" "$2" --type merge -p '{"metadata":{"finalizers":null}}' >/dev/null 2>&1; then return 0; fi
        exists "$@"
        if [ "$there" = no ]; then return 0; fi
        sleep 2
    done
    die "the finalizers of $1 $2 could not be taken off; see: kubectl ${place[*]} get $1 $2 -o yaml. Then run this again"
}

# in_line TEXT: its lines as one.
in_line() { printf '%s' "${1//$'\n'/ }"; }
