#!/usr/bin/env bash
# Keep one worker's bootstrap token alive until the worker has joined, then delete it and let CoreDNS have the new node.
# Started by admit.sh as a unit.
# usage: admission.sh NODE_NAME TOKEN_ID
# A unit that ends early, by a reboot or after a day, leaves a token that expires by itself.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=spread-dns.sh
. "$here/spread-dns.sh"
node=$1 secret=bootstrap-token-$2

renewed=$SECONDS
while true; do
    # The kubelet of a node that has joined reports by its own certificate: the token has done its work.
    if admin get node "$node" -o 'jsonpath={.status.nodeInfo.kubeletVersion}' 2>/dev/null | grep -q . &&
        admin get node "$node" -o 'jsonpath={.metadata.annotations}' | grep -q kubeadm.alpha.kubernetes.io/cri-socket; then
        admin -n kube-system delete secret "$secret" --ignore-not-found >/dev/null && break
    fi
    if [ $((SECONDS - renewed)) -ge 300 ]; then
        admin -n kube-system patch secret "$secret" --type merge \
            -p "{\"stringData\":{\"expiration\":\"$(date -u -d '+15 minutes' +%FT%TZ)\"}}" >/dev/null && renewed=$SECONDS
    fi
    sleep 5
done
spread_dns "$node"
