# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by init.sh: the files that the API server of a control plane node reads beside kubeadm's own.
set -euo pipefail

# write_audit_policy: its name changes with its content, so that a living API server reads what it was started with.
write_audit_policy() {
    local changed
    if [ -z "$AUDIT_POLICY" ]; then return 0; fi
    install -d -m 700 "$STATE/api-server" "$LOGS/audit"
    put "$STATE/api-server/audit-$AUDIT_LEVEL.yaml" 600 "$AUDIT_POLICY"
}

# write_api_server_files living|new: on a new node the API server begins with these keys; on a living one they are a wish.
write_api_server_files() {
    local keys
    write_audit_policy
    if [ -z "$ENCRYPTION_KEY" ]; then return 0; fi
    if [ "$1" = living ]; then want_key "$ENCRYPTION_KEY_NAME" "$ENCRYPTION_KEY"; fi
    # A living cluster without encryption gets it by reconfigure.sh.
    if [ "$1" = living ] && [ -e "$KEYS/order" ]; then return 0; fi
    mapfile -t keys <<<"${ENCRYPTION_KEYS:-$ENCRYPTION_KEY_NAME $ENCRYPTION_KEY}"
    begin_with_keys "${keys[@]}"
    keep_key "$ENCRYPTION_KEY_NAME" "$ENCRYPTION_KEY"
    record "$KEYS/wanted" "$ENCRYPTION_KEY_NAME"
}

# api_server_started: it has read the keys, and no Secret was written before it had them.
api_server_started() {
    local order
    if [ ! -e "$KEYS/order" ]; then return 0; fi
    order=$(<"$KEYS/order")
    record "$KEYS/rewritten" "${order%%$'\n'*}"
    record "$KEYS/loaded" "$order"
}
