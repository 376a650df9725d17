# shellcheck shell=bash
# Sourced by reconfigure.sh on a control plane node: encryption of Secrets in etcd on a living cluster.

encrypts() { grep -q -- --encryption-provider-config= "$1/kube-apiserver.yaml"; }

# refuse_decryption MANIFESTS: without its key the API server would not read one Secret any more.
refuse_decryption() {
    ! encrypts "$MANIFESTS" || encrypts "$1" ||
        die "the cluster's Secrets are encrypted, so kubernetes.encryptSecrets cannot become false on it; nothing was changed. Set it to true again"
}

# refuse_late_encryption MANIFESTS: the API servers of other nodes could not read what this one encrypts, until they have the key, too.
refuse_late_encryption() {
    encrypts "$MANIFESTS" || ! encrypts "$1" || ! several_members ||
        die "kubernetes.encryptSecrets cannot become true while the control plane has several nodes; nothing was changed. Set it to false, go down to one node of the control plane, and up again"
}

# Secrets from before are only encrypted when they are written again.
encrypt_secrets() {
    local attempt
    for attempt in $(seq 5); do
        admin get secrets --all-namespaces -o json | admin replace -f - >/dev/null 2>&1 && return
        # Somebody may have changed one in between.
        sleep "$attempt"
    done
    say "not all Secrets could be written again; those that nobody changes stay as they were until then: kubectl get secrets -A -o json | kubectl replace -f -"
}
