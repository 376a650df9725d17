# shellcheck shell=bash
# Sourced by init.sh and the scripts that join: what kubeadm does not tell of a kubelet that never registered.
set -euo pipefail

# kubelet_trouble: the last error of a kubelet that ended by itself since the script began. Before kubeadm has written the
# kubelet's settings it ends each time for want of them, which is no trouble.
kubelet_trouble() {
    local journal error
    journal=$(timeout 20 journalctl -q -u kubelet -o cat --no-pager --since "-$((SECONDS + 1))s" 2>/dev/null) || return 0
    error=$(awk '
        /^E[0-9]+ / && !/\/var\/lib\/kubelet\/config\.yaml/ { said = $0 }
        /Main process exited/ && said != "" { last = said; said = "" }
        END { sub(/^[^]]*\] /, "", last); print last }' <<<"$journal")
    if [ -n "$error" ]; then say "$HOSTNAME: the kubelet ended by itself; its last error: $error"; fi
}
