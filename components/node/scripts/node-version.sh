# shellcheck shell=bash disable=SC2154
# Sourced by the scripts that bring a living node to another version of Kubernetes. $here is their directory.

# What prepare.sh was told last: the newest sources and mirrors. It has run before, since the version is its input too.
# shellcheck source=/dev/null
. "$STATE/prepare-inputs"
# shellcheck source-path=SCRIPTDIR source=install-kubernetes.sh
. "$here/install-kubernetes.sh"

# Left on a Node that these scripts have cordoned, so that one which its owner has cordoned stays so.
readonly CORDONED=kubeadm-cluster/cordoned-for-upgrade

installed_version() { cat "$STATE/kubernetes-version"; }

# take_version VERSION: kubelet and kubectl beside a kubeadm that is there already, and what the runtime needs for them.
take_version() {
    install_kubernetes "$1" kubelet kubectl
    # shellcheck source-path=SCRIPTDIR source=prepare-container-runtime.sh
    . "$here/prepare-container-runtime.sh"
    systemctl daemon-reload
    systemctl restart kubelet
}

# kubectl as this node itself, which may change its own Node.
as_node() { kubectl --kubeconfig /etc/kubernetes/kubelet.conf "$@"; }

# ready_with NODE VERSION
ready_with() {
    [ "$(as_node get node "$1" -o 'jsonpath={.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = "$2 True" ]
}
await_ready() {
    local tries
    for ((tries = 0; tries < 180; tries++)); do
        if ready_with "$1" "$2"; then return 0; fi
        sleep 1
    done
    return 1
}

# release NODE CLIENT, hold NODE CLIENT: CLIENT is the kubectl that may change the Node, as_node or admin.
try_release() {
    local mark
    mark=$("$2" get node "$1" --request-timeout 10s -o "jsonpath={.metadata.annotations.${CORDONED//./\\.}}") || return 1
    [ -z "$mark" ] || "$2" patch node "$1" -p "{\"spec\":{\"unschedulable\":null},\"metadata\":{\"annotations\":{\"$CORDONED\":null}}}" >/dev/null
}
release() {
    local tries answer
    # A kubelet of another version may start the API server anew.
    for ((tries = 0; tries < 60; tries++)); do
        if answer=$(try_release "$1" "$2" 2>&1); then return 0; fi
        sleep 2
    done
    say "$1 could not be uncordoned: $answer"
    return 1
}
hold() {
    [ "$("$2" get node "$1" -o 'jsonpath={.spec.unschedulable}')" != true ] || return 0
    "$2" patch node "$1" -p "{\"spec\":{\"unschedulable\":true},\"metadata\":{\"annotations\":{\"$CORDONED\":\"$(date -u +%FT%TZ)\"}}}" >/dev/null
}
