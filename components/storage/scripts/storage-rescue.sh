# shellcheck shell=bash disable=SC2154
# Sourced by storage-guard.sh before all of the storage goes: what would keep its deletion from ending is put right.
set -euo pipefail

# release_all: the objects that hold the namespace; sets `met` when it is gone.
release_all() {
    local object
    dependents
    must_ask -n "$NAMESPACE" get cephclusters -o name
    for object in $said $dependents configmap/rook-ceph-mon-endpoints secret/rook-ceph-mon; do
        release "${object%%/*}" "${object#*/}" "$NAMESPACE"
    done
    exists namespace "$NAMESPACE"
    if [ "$there" = no ]; then met=yes; fi
}
available() {
    field deployment rook-ceph-operator '{.status.availableReplicas}'
    if [ -n "$said" ]; then met=yes; fi
}

must_ask get namespace "$NAMESPACE" --ignore-not-found -o 'jsonpath={.metadata.deletionTimestamp}'
if [ -n "$said" ]; then
    # Somebody deleted the namespace: nothing can be created in it any more, so no operator can take its finalizers off.
    say "the namespace $NAMESPACE is being deleted without its operator; its objects are released"
    wait_until 180 "the namespace $NAMESPACE to go" release_all
    if [ "$met" = no ]; then
        must_ask get namespace "$NAMESPACE" --ignore-not-found -o 'jsonpath={.status.conditions[?(@.status=="True")].message}'
        die "the namespace $NAMESPACE does not go: $said"
    fi
elif [ -n "$OPERATOR_MANIFEST" ]; then
    met=no
    available
    dependents
    if [ "$met" = no ] && { [ "$cluster" = yes ] || [ -n "$dependents" ]; }; then
        say "the operator is gone; it is put back, for only it can take the Ceph cluster down"
        kubectl "$ADMIN" apply --server-side --force-conflicts --field-manager kubeadm-cluster-rescue --request-timeout 60s -f - >/dev/null <<<"$OPERATOR_MANIFEST" ||
            die "the operator could not be put back; correct what the lines above name and run this again"
        wait_until 300 "the operator" available
        [ "$met" = yes ] ||
            die "the operator was put back but did not become available within 300 s; see kubectl -n $NAMESPACE get pods"
    fi
fi
