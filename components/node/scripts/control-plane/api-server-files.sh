# shellcheck shell=bash disable=SC2154
# Sourced by init.sh: the files that the API server of a control plane node reads beside kubeadm's own.

write_api_server_files() {
    local files=$STATE/api-server
    if [ -n "$ENCRYPTION_CONFIGURATION" ]; then
        install -d -m 700 "$files"
        printf '%s\n' "$ENCRYPTION_CONFIGURATION" | put "$files/encryption.yaml" 600 || true
    fi
    if [ -n "$AUDIT_POLICY" ]; then
        install -d -m 700 "$files" "$LOGS/audit"
        printf '%s\n' "$AUDIT_POLICY" | put "$files/audit-$AUDIT_LEVEL.yaml" 600 || true
    fi
}
