# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by scripts that ask the cluster: every question has three answers: yes, no, and "could not ask".
set -euo pipefail

# look_at_api: sets `api` to ready where this host's own API server answers, whichever one the endpoint leads to, else to
# away. kubeadm's certificates all have that name.
look_at_api() {
    local found
    api=away
    found=$(kubectl "$ADMIN" get --raw /readyz --request-timeout 5s --server https://127.0.0.1:6443 --tls-server-name kubernetes 2>/dev/null) || found=
    if [ "$found" = ok ]; then api=ready; fi
}

# look_at_etcd: sets `trouble` to a sentence where this host's etcd has no quorum, else to nothing; kubeadm has it tell of
# itself at this port.
look_at_etcd() {
    local health metrics peers
    trouble=
    health=$(curl -s -m 5 http://127.0.0.1:2381/health) || return 0
    [[ "$health" == *'"health":"false"'* ]] || return 0
    metrics=$(curl -s -m 5 http://127.0.0.1:2381/metrics) || return 0
    peers=$(awk '/^etcd_network_active_peers/ { all++; heard += $2 } END { print heard + 0, "of", all + 0 }' <<<"$metrics")
    trouble=" etcd has no quorum: it hears $peers peers. Bring their hosts back, or restore a snapshot (docs/high-availability.md)."
}
