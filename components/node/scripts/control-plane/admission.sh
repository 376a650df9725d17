#!/usr/bin/env bash
# Keep one node's bootstrap token alive until the node has joined, then delete it and let CoreDNS have the new node.
# Started by admit.sh as a unit. The control plane's certificates, which lie in the cluster for a node of it, go likewise.
# usage: admission.sh NODE_NAME TOKEN_ID [control-plane]
# A unit that ends early, by a reboot or after a day, leaves a token that expires by itself.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=spread-dns.sh
. "$here/spread-dns.sh"
node=$1 secret=bootstrap-token-$2 kind=${3:-worker}

renew() {
    admin -n kube-system patch secret "$1" --type merge \
        -p "{\"stringData\":{\"expiration\":\"$(date -u -d '+15 minutes' +%FT%TZ)\"}}" >/dev/null
}
# The Secret with the certificates lives as long as the token that owns it. The next node's are laid ready before this
# unit may have noticed that its own has joined.
certificates_token() { admin -n kube-system get secret kubeadm-certs -o 'jsonpath={.metadata.ownerReferences[0].name}' 2>/dev/null || true; }
# The kubelet of a node that has joined reports by its own certificate: the token has done its work.
joined() {
    if [ "$kind" = control-plane ]; then
        is_master "$node"
    else
        admin get node "$node" -o 'jsonpath={.status.nodeInfo.kubeletVersion}' 2>/dev/null | grep -q . &&
            admin get node "$node" -o 'jsonpath={.metadata.annotations}' | grep -q kubeadm.alpha.kubernetes.io/cri-socket
    fi
}

renewed=$SECONDS owner=
if [ "$kind" = control-plane ]; then
    owner=$(certificates_token)
    # kubeadm lets the certificates lie for two hours, which is longer than needed.
    [ -z "$owner" ] || renew "$owner" || true
fi
while true; do
    if joined; then
        done_with=("$secret" ${owner:+"$owner"})
        [ -z "$owner" ] || [ "$(certificates_token)" != "$owner" ] || done_with+=(kubeadm-certs)
        admin -n kube-system delete secret "${done_with[@]}" --ignore-not-found >/dev/null && break
    fi
    if [ $((SECONDS - renewed)) -ge 300 ]; then
        renew "$secret" && { [ -z "$owner" ] || renew "$owner"; } && renewed=$SECONDS
    fi
    sleep 5
done
spread_dns "$node"
