# shellcheck shell=bash
# Sourced by init.sh and join.sh: what kubeadm does not tell of a kubelet that never registered.

# kubelet_trouble: the last error of a kubelet that ended by itself since the script began. Before kubeadm has written the
# kubelet's settings it ends each time for want of them, which is no trouble.
kubelet_trouble() {
    local error
    error=$(journalctl -q -u kubelet -o cat --no-pager --since "-$((SECONDS + 1))s" 2>/dev/null | awk '
        /^E[0-9]+ / && !/\/var\/lib\/kubelet\/config\.yaml/ { said = $0 }
        /Main process exited/ && said != "" { last = said; said = "" }
        END { sub(/^[^]]*\] /, "", last); print last }') || true
    [ -z "$error" ] || say "$(hostname): the kubelet ended by itself; its last error: $error"
}
