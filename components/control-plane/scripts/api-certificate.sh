# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by reconfigure.sh: the API server's certificate has the names and addresses that the configuration says.
set -euo pipefail

readonly PKI=/etc/kubernetes/pki
# Memory, since the authority's key is copied there; the certificatesDir of the input CERTIFICATE_CONFIGURATION.
readonly MADE=/run/kubeadm-cluster-api-certificate

# Standard input: a certificate. Its names and addresses, one a line.
names_in() { openssl x509 -noout -ext subjectAltName | sed '1d; s/, */\n/g; s/ //g' | sort; }

# look_at_served_names: sets `served`; empty where the API server does not answer.
look_at_served_names() {
    local certificate
    served=
    certificate=$(openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null) || return 0
    if [ -n "$certificate" ]; then served=$(names_in <<<"$certificate"); fi
}

# renew_api_names CONFIG: where names have changed, a new certificate of the same authority. The API server reads it by
# itself, within a minute.
renew_api_names() {
    local wanted found tries code failed="the API server has no certificate with these names (kubernetes.apiServer.certSANs); all other settings are in force. Correct what the lines above name and run pulumi up again"
    # Where the authority's key is kept elsewhere, so are certificates made.
    [ -e "$PKI/ca.key" ] || return 0
    rm -rf "$MADE"
    mkdir -p "$MADE"
    cp -p "$PKI/ca.crt" "$PKI/ca.key" "$MADE/"
    attempt reconfigure kubeadm init phase certs apiserver --config "$1"
    rm -f "$MADE/ca.key"
    [ "$code" = 0 ] || die "$failed"
    wanted=$(names_in <"$MADE/apiserver.crt")
    found=$(names_in <"$PKI/apiserver.crt")
    if [ "$found" != "$wanted" ]; then
        say "new certificate of the API server, for other names"
        # The certificate last: by it the next run sees whether this one came to its end.
        install_file "$MADE/apiserver.key" "$PKI/apiserver.key"
        install_file "$MADE/apiserver.crt" "$PKI/apiserver.crt"
        for ((tries = 0; tries < 90; tries++)); do
            look_at_served_names
            if [ "$served" = "$wanted" ]; then break; fi
            sleep 1
        done
        [ "$served" = "$wanted" ] || die "$failed"
    fi
    rm -rf "$MADE"
}
