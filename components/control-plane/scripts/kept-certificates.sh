# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by scripts that renew certificates: kubeadm writes in place. What was there is kept until all is written, and
# comes back where kubeadm failed or was cut off.
set -euo pipefail

readonly CERTIFICATES_KEPT=$STATE/certificates-before

keep_certificates() {
    rm -rf "$CERTIFICATES_KEPT.new"
    mkdir -p "$CERTIFICATES_KEPT.new"
    if ! cp -a /etc/kubernetes/pki /etc/kubernetes/*.conf "$CERTIFICATES_KEPT.new/" || ! sync -f "$CERTIFICATES_KEPT.new"; then
        rm -rf "$CERTIFICATES_KEPT.new"
        die "the certificates could not be kept beside the new ones, so they were not renewed; see: df $STATE. Run pulumi up again"
    fi
    mv -T "$CERTIFICATES_KEPT.new" "$CERTIFICATES_KEPT"
}

# What is moved needs no room on a full disk.
return_certificates() {
    local files file
    if [ ! -d "$CERTIFICATES_KEPT" ]; then return 0; fi
    files=$(find "$CERTIFICATES_KEPT" -type f -printf '/%P\n')
    while IFS= read -r file; do
        if [ -n "$file" ] && ! cmp -s "$CERTIFICATES_KEPT$file" "/etc/kubernetes$file"; then mv -f "$CERTIFICATES_KEPT$file" "/etc/kubernetes$file"; fi
    done <<<"$files"
    sync -f /etc/kubernetes
    rm -rf "$CERTIFICATES_KEPT"
}

# renew_by_kubeadm ARGUMENTS...: kubeadm certs renew all; all is as it was where it fails.
renew_by_kubeadm() {
    local code
    keep_certificates
    attempt certificates kubeadm certs renew all "$@"
    if [ "$code" != 0 ]; then
        return_certificates
        die "kubeadm certs renew failed, and the certificates are what they were; correct what its last lines name and run pulumi up again"
    fi
    rm -rf "$CERTIFICATES_KEPT"
}

# renew_user_kubeconfig: the login user's copy of the administrator's, where the program has written one.
renew_user_kubeconfig() {
    local file owner
    if [ ! -s "$STATE/user-kubeconfig" ]; then return 0; fi
    file=$(<"$STATE/user-kubeconfig")
    if [ ! -e "$file" ]; then return 0; fi
    owner=$(stat -c '%u %g' "$file")
    give_kubeconfig "$file" "${owner% *}" "${owner#* }"
}
