# shellcheck shell=bash
# Sourced by admission.sh: CoreDNS on different nodes. Its Pods begin on the first node that is Ready, mostly the control
# plane, and stay there; what kubeadm sets has a new one started elsewhere, where there is an elsewhere.

# spread_dns NODE: once the new node is Ready, one Pod of CoreDNS is started anew where all are on one node.
spread_dns() {
    local selected=(-n kube-system get pods -l k8s-app=kube-dns --field-selector status.phase=Running) nodes pod
    admin wait --for condition=Ready "node/$1" --timeout 300s >/dev/null 2>&1 || return 0
    # Workers that are admitted together move one Pod, not one each.
    exec 8>"$STATE/spread-dns.lock"
    flock 8
    admin -n kube-system rollout status deployment/coredns --timeout 120s >/dev/null 2>&1 || return 0
    nodes=$(admin "${selected[@]}" -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}') || return 0
    [ "$(wc -l <<<"$nodes")" -gt 1 ] && [ "$(sort -u <<<"$nodes" | wc -l)" = 1 ] || return 0
    pod=$(admin "${selected[@]}" -o 'jsonpath={.items[0].metadata.name}') || return 0
    admin -n kube-system delete pod "$pod" >/dev/null 2>&1 || return 0
    admin -n kube-system rollout status deployment/coredns --timeout 120s >/dev/null 2>&1 || return 0
}
