# shellcheck shell=bash disable=SC2154
# Sourced by admit.sh: what the nodes of the control plane share lies in the cluster, encrypted, until one more has joined.

# Its lifetime is that of a token of kubeadm's own, which admission.sh renews beside the node's.
upload_certificates() {
    local directory
    # Memory, for root alone: as an argument the key could be read in the list of processes.
    directory=$(mktemp -d /run/kubeadm-cluster-certificates.XXXXXX)
    # shellcheck disable=SC2064  # the directory of now
    trap "rm -rf '$directory'" EXIT
    {
        init_document
        printf 'certificateKey: %s\n---\n' "$CERTIFICATE_KEY"
        cat "$STATE/cluster-configuration.yaml"
    } >"$directory/kubeadm.yaml"
    logged admission kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$directory/kubeadm.yaml" ||
        die "the control plane's certificates could not be laid ready for $node; correct what the lines above name and run pulumi up again"
    rm -rf "$directory"
    printf 'sha256:%s\n' "$(openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1)"
}
