# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by admit.sh: what the nodes of the control plane share lies in the cluster, encrypted, until one more has joined.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=init-configuration.sh
. "$here/init-configuration.sh"

# Memory, for root alone: as an argument the key could be read in the list of processes. A run that was killed leaves it
# to the next one.
readonly CERTIFICATES_DOCUMENTS=/run/kubeadm-cluster-certificates

# upload_certificates: sets `pin` to that of the cluster's authority, and `owner` to the token of kubeadm's own that the
# certificates in the cluster live as long as; admission.sh renews it beside the node's.
upload_certificates() {
    local own key digest expiration
    rm -rf "$CERTIFICATES_DOCUMENTS"
    trap 'rm -rf "$CERTIFICATES_DOCUMENTS"' EXIT
    mkdir -m 700 "$CERTIFICATES_DOCUMENTS"
    own=$(own_document)
    {
        printf '%s\ncertificateKey: %s\n---\n' "$own" "$CERTIFICATE_KEY"
        cat "$STATE/cluster-configuration.yaml"
    } >"$CERTIFICATES_DOCUMENTS/kubeadm.yaml"
    must admission "the control plane's certificates could not be laid ready for $node; correct what the lines above name and run pulumi up again" \
        kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$CERTIFICATES_DOCUMENTS/kubeadm.yaml"
    rm -rf "$CERTIFICATES_DOCUMENTS"
    owner=$(kubectl "$ADMIN" -n kube-system get secret kubeadm-certs --ignore-not-found --request-timeout 20s -o 'jsonpath={.metadata.ownerReferences[0].name}')
    if [ -n "$owner" ]; then
        # kubeadm lets them lie for two hours, which is longer than needed.
        expiration=$(date -u -d '+15 minutes' +%FT%TZ)
        kubectl "$ADMIN" -n kube-system patch secret "$owner" --type merge --request-timeout 20s \
            -p "{\"stringData\":{\"expiration\":\"$expiration\"}}" >/dev/null
    fi
    key=$(openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey)
    digest=$(openssl pkey -pubin -outform der <<<"$key" | sha256sum)
    pin=sha256:${digest%% *}
}
