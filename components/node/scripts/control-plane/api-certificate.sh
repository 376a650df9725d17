# shellcheck shell=bash
# Sourced by reconfigure.sh: the API server's certificate has the names and addresses that the configuration says.

readonly PKI=/etc/kubernetes/pki

# Standard input: a certificate. Its names and addresses, one a line.
names_in() { openssl x509 -noout -ext subjectAltName | sed '1d; s/, */\n/g; s/ //g' | sort; }
served_names() { openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | names_in; }

# renew_api_names CONFIG DIRECTORY: where names have changed, a new certificate of the same authority. The API server
# reads it by itself, within a minute.
renew_api_names() {
    local made=$2/pki wanted tries
    # Where the authority's key is kept elsewhere, so are certificates made.
    [ -e "$PKI/ca.key" ] || return 0
    mkdir "$made"
    cp -p "$PKI/ca.crt" "$PKI/ca.key" "$made/"
    sed "/^certificatesDir:/d; s|^kind: ClusterConfiguration\$|&\ncertificatesDir: $made|" "$1" >"$2/certificate.yaml"
    logged reconfigure kubeadm init phase certs apiserver --config "$2/certificate.yaml" || return 1
    wanted=$(names_in <"$made/apiserver.crt")
    if [ "$(names_in <"$PKI/apiserver.crt")" = "$wanted" ]; then return 0; fi
    say "new certificate of the API server, for other names"
    # The certificate last: by it the next run sees whether this one came to its end.
    mv "$made/apiserver.key" "$PKI/apiserver.key"
    mv "$made/apiserver.crt" "$PKI/apiserver.crt"
    for ((tries = 0; tries < 90; tries++)); do
        if [ "$(served_names)" = "$wanted" ]; then return 0; fi
        sleep 1
    done
    return 1
}
