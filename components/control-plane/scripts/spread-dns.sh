# shellcheck shell=bash
# Sourced by admission.sh: CoreDNS on different nodes. Its Pods begin on the first node that is Ready, mostly the control
# plane, and stay there; what kubeadm sets has a new one started elsewhere, where there is an elsewhere.
set -euo pipefail

# spread_dns NODE: once the new node is Ready, one Pod of CoreDNS is started anew where all are on one node. Left undone,
# nothing is wrong: whatever fails here ends it.
spread_dns() {
    local selected=(-n kube-system get pods -l k8s-app=kube-dns --field-selector status.phase=Running --request-timeout 20s) nodes several pod
    kubectl "$ADMIN" wait --for condition=Ready "node/$1" --timeout 300s >/dev/null 2>&1 || return 0
    # Workers that are admitted together move one Pod, not one each.
    exec 8>>/run/kubeadm-cluster-spread-dns.lock
    flock 8
    kubectl "$ADMIN" -n kube-system rollout status deployment/coredns --timeout 120s >/dev/null 2>&1 || return 0
    nodes=$(kubectl "$ADMIN" "${selected[@]}" -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}') || return 0
    several=$(sort <<<"$nodes" | uniq)
    # More than one Pod, and all of them on one node.
    if [[ "$nodes" != *$'\n'* ]] || [[ "$several" == *$'\n'* ]]; then return 0; fi
    pod=$(kubectl "$ADMIN" "${selected[@]}" -o 'jsonpath={.items[0].metadata.name}') || return 0
    kubectl "$ADMIN" -n kube-system delete pod --request-timeout 20s -- "$pod" >/dev/null 2>&1 || return 0
    kubectl "$ADMIN" -n kube-system rollout status deployment/coredns --timeout 120s >/dev/null 2>&1 || return 0
}
