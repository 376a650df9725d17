# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: the files that the API server of a control plane node reads beside kubeadm's own.

api_server_files=$STATE/api-server
if [ -n "$ENCRYPTION_CONFIGURATION$AUDIT_POLICY" ]; then install -d -m 700 "$api_server_files"; fi
[ -z "$ENCRYPTION_CONFIGURATION" ] || printf '%s\n' "$ENCRYPTION_CONFIGURATION" | put "$api_server_files/encryption.yaml" 600 || true
[ -z "$AUDIT_POLICY" ] || {
    install -d -m 700 "$LOGS/audit"
    printf '%s\n' "$AUDIT_POLICY" | put "$api_server_files/audit-$AUDIT_LEVEL.yaml" 600 || true
}
