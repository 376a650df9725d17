# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by the scripts that bring a living node to another version of Kubernetes. $here is their directory.
set -euo pipefail

# What prepare.sh was told last: the newest sources and mirrors. It has run before, since the version is its input too.
# shellcheck source=/dev/null
. "$STATE/prepare-inputs"
# shellcheck source-path=SCRIPTDIR source=install-kubernetes.sh
. "$here/install-kubernetes.sh"

# Left on a Node that these scripts have cordoned, so that one which its owner has cordoned stays so.
readonly CORDONED=kubeadm-cluster/cordoned-for-upgrade

# installed_version: sets `installed`.
installed_version() { installed=$(<"$STATE/kubernetes-version"); }

# take_version VERSION: kubelet and kubectl beside a kubeadm that is there already, and what the runtime needs for them.
take_version() {
    # Names of that part, which are the caller's, too.
    local former wanted text said images registry endpoints
    install_kubernetes "$1" kubelet kubectl
    # shellcheck source-path=SCRIPTDIR source=prepare-container-runtime.sh
    . "$here/prepare-container-runtime.sh"
    systemctl daemon-reload
    systemctl restart kubelet
}

# await_ready NODE VERSION: sets `node_ready` to yes, or to no where the node is not Ready with that version after 3
# minutes; `seen` is then what it was, or that nobody could be asked.
await_ready() {
    local tries
    node_ready=no seen=unknown
    for ((tries = 0; tries < 180 && SECONDS < STEP_SECONDS - 15; tries++)); do
        seen=$(kubectl "$AS_NODE" get node --request-timeout 10s -o 'jsonpath={.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status}' -- "$1" 2>&1) ||
            seen="the API server could not be asked: ${seen##*$'\n'}"
        if [[ "$seen" == *"$2 True" ]]; then
            node_ready=yes
            return 0
        fi
        sleep 1
    done
}

# release NODE CLIENT: undoes hold. CLIENT is the argument of the kubectl that may change the Node, $ADMIN or $AS_NODE.
release() {
    local tries said="there was no time left"
    # A kubelet of another version may start the API server anew.
    for ((tries = 0; tries < 60 && SECONDS < STEP_SECONDS - 15; tries++)); do
        if said=$(kubectl "$2" get node --request-timeout 10s -o "jsonpath=mark {.metadata.annotations.${CORDONED//./\\.}}" -- "$1" 2>&1); then
            if [ "$said" = "mark " ]; then return 0; fi
            # An answer without the word is none.
            if [[ "$said" == "mark "* ]] && said=$(kubectl "$2" patch node --request-timeout 10s -p "{\"spec\":{\"unschedulable\":null},\"metadata\":{\"annotations\":{\"$CORDONED\":null}}}" -- "$1" 2>&1); then return 0; fi
        fi
        sleep 2
    done
    die "the node $1 could not be uncordoned: ${said##*$'\n'}. Run pulumi up again, or: kubectl uncordon $1"
}

# hold NODE CLIENT: no more Pods come to it. One that its owner has cordoned is left as it is.
hold() {
    local cordoned now
    cordoned=$(kubectl "$2" get node --request-timeout 20s -o 'jsonpath=cordoned {.spec.unschedulable}' -- "$1") || cordoned=
    # An answer without the word is none.
    [[ "$cordoned" == "cordoned "* ]] ||
        die "the API server could not be asked for the node $1, so it is not cordoned; nothing was changed on it. Run pulumi up again"
    if [ "$cordoned" = "cordoned true" ]; then return 0; fi
    printf -v now '%(%FT%TZ)T' -1
    kubectl "$2" patch node --request-timeout 20s -p "{\"spec\":{\"unschedulable\":true},\"metadata\":{\"annotations\":{\"$CORDONED\":\"$now\"}}}" -- "$1" >/dev/null ||
        die "the node $1 could not be cordoned; nothing was changed on it. Run pulumi up again"
}
