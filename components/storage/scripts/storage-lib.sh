# shellcheck shell=bash disable=SC2154,SC2034
# Sourced by the storage steps that run on the control plane node: what they all ask the cluster.

# All kinds by whose objects Rook holds back the deletion of a CephCluster, and those that hold back a pool's.
readonly DEPENDENTS=cephblockpools,cephblockpoolradosnamespaces,cephfilesystems,cephfilesystemsubvolumegroups,cephfilesystemmirrors,cephobjectstores,cephobjectstoreusers,cephobjectzones,cephobjectzonegroups,cephobjectrealms,cephnfses,cephrbdmirrors,cephclients,cephbucketnotifications,cephbuckettopics
# The daemons that Rook waits for before it cleans their hosts.
readonly DAEMONS='app in (rook-ceph-mon,rook-ceph-mgr,rook-ceph-osd,rook-ceph-mds,rook-ceph-rgw,rook-ceph-rbd-mirror,rook-ceph-fs-mirror)'
# The hosts whose clean-up by Rook is to be awaited, one a line.
readonly CLEANUP_HOSTS=$STATE/storage-cleanup-hosts

k() { admin -n "$NAMESPACE" "$@"; }

# field KIND NAME JSONPATH: a field of an object in the namespace; nothing where either is missing.
field() { k get "$1" "$2" -o "jsonpath=$3" 2>/dev/null || true; }

# exists KIND NAME [NAMESPACE]. An API server that does not answer is no proof of absence.
exists() {
    local found
    found=$(admin ${3:+-n "$3"} get "$1" "$2" --ignore-not-found -o name 2>&1) || {
        [[ "$found" == *"the server doesn't have a resource type"* ]] ||
            die "cannot tell whether $1 $2 is there: $found; run the same command again when the API server answers"
        return 1
    }
    [[ "$found" == *"/$2"* ]]
}

# wait_until SECONDS WHAT COMMAND...: says what it waits for, once and then every 30 s. 1 = it did not come true.
wait_until() {
    local limit=$1 what=$2 start=$SECONDS told=-30
    shift 2
    until "$@"; do
        [ $((SECONDS - start)) -lt "$limit" ] || return 1
        if [ $((SECONDS - told)) -ge 30 ]; then
            say "waiting up to $((limit - SECONDS + start)) s for $what"
            told=$SECONDS
        fi
        sleep 2
    done
}

# volumes rbd|cephfs|any: lines "PV POLICY PHASE NAMESPACE/CLAIM" of the volumes in this storage. Exit code 1 = unknown.
volumes() {
    local driver=${1/any/}
    admin get persistentvolumes -o 'go-template={{range .items}}{{with .spec.csi}}{{.driver}}{{else}}-{{end}} {{.metadata.name}} {{.spec.persistentVolumeReclaimPolicy}} {{.status.phase}} {{with .spec.claimRef}}{{.namespace}}/{{.name}}{{else}}-{{end}}{{"\n"}}{{end}}' |
        awk -v want="$NAMESPACE.$driver" '$1 ~ /\.(rbd|cephfs)\.csi\.ceph\.com$/ && index($1, want) == 1 { print $2, $3, $4, $5 }'
}

attachments() {
    admin get volumeattachments -o 'jsonpath={range .items[*]}{.spec.attacher} {.metadata.name}{"\n"}{end}' |
        awk -v want="$NAMESPACE." 'index($1, want) == 1 && /csi\.ceph\.com/ { print $2 }'
}

bucket_claims() {
    admin get objectbucketclaims.objectbucket.io -A -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\n"}{end}' 2>/dev/null || true
}

# Exit code 1 = unknown.
dependents() { k get "$DEPENDENTS" -o name 2>/dev/null | sed 's/\.ceph\.rook\.io//'; }

# nothing COMMAND...: it succeeds and prints nothing. A list that could not be had is not an empty one.
nothing() {
    local found
    found=$("$@") && [ -z "$found" ]
}

# The cluster's data is lost already: its object is gone, or goes with the confirmation to destroy everything.
cluster_lost() {
    exists cephcluster.ceph.rook.io "$CLUSTER" "$NAMESPACE" || return 0
    [ -n "$(field cephcluster "$CLUSTER" '{.metadata.deletionTimestamp}')" ] &&
        [ "$(field cephcluster "$CLUSTER" '{.spec.cleanupPolicy.confirmation}')" = yes-really-destroy-data ]
}

# release KIND NAME [NAMESPACE]: takes the finalizers off an object whose controller will never do it.
release() {
    admin ${3:+-n "$3"} patch "$1" "$2" --type merge -p '{"metadata":{"finalizers":null}}' >/dev/null 2>&1 || true
}
