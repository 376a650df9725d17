#!/usr/bin/env bash
# Sees admissions through, a unit of its own that admit.sh starts: keeps each node's bootstrap token alive until the node has
# joined, approves its client certificate meanwhile, then deletes the token and lets CoreDNS have the new node. The control
# plane's certificates, which lie in the cluster for a node of it, go likewise. After a day a token is left to expire.
# usage: admission.sh   no inputs: the unit gives none. One for all nodes: a hundred that join cost what one costs.
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=node-records.sh
. "$here/node-records.sh"
# shellcheck source-path=SCRIPTDIR source=certificate-requests.sh
. "$here/certificate-requests.sh"
# shellcheck source-path=SCRIPTDIR source=client-certificates.sh
. "$here/client-certificates.sh"
# shellcheck source-path=SCRIPTDIR source=spread-dns.sh
. "$here/spread-dns.sh"

# Of each token: when it was renewed last, and when its node was first seen to report.
declare -A renewed seen

# read_admission ID: sets node, kind, owner and since.
read_admission() {
    node='' kind='' owner='' since=''
    { read -r node && read -r kind && read -r owner && read -r since; } <"$ADMISSIONS/$1" || :
}

# renew SECRET
renew() {
    local expiration
    expiration=$(date -u -d '+15 minutes' +%FT%TZ)
    kubectl "$ADMIN" -n kube-system patch secret "$1" --type merge --request-timeout 20s \
        -p "{\"stringData\":{\"expiration\":\"$expiration\"}}" >/dev/null
}

# look_at_nodes: sets `nodes` to lines NAME, apart by tabs: whether it reports, has kubeadm's mark, is of the control
# plane, and when its kubelet said last that it is Ready.
look_at_nodes() {
    # shellcheck disable=SC2016  # the template's own variables
    local template='{{range .items}}{{.metadata.name}}{{"\t"}}{{with .status.nodeInfo}}{{with .kubeletVersion}}reports{{end}}{{end}}{{"\t"}}{{with .metadata.annotations}}{{with index . "kubeadm.alpha.kubernetes.io/cri-socket"}}marked{{end}}{{end}}{{"\t"}}{{range $key, $value := .metadata.labels}}{{if eq $key "node-role.kubernetes.io/control-plane"}}master{{end}}{{end}}{{"\t"}}{{range .status.conditions}}{{if eq .type "Ready"}}{{.lastHeartbeatTime}}{{end}}{{end}}{{"\n"}}{{end}}'
    nodes=$(kubectl "$ADMIN" get nodes --request-timeout 20s -o "go-template=$template")
}

# look_at_join ID: sets `joined` to yes where the node needs its token no longer. The kubelet of one that has joined reports
# by its own certificate, and kubeadm leaves a mark as its last act, from 1.34 on none: then half a minute stands for it. A
# node that pretends loses its own token, and nothing else.
look_at_join() {
    local line name reports marked master said
    joined=no
    while IFS= read -r line; do
        # Not by read: it takes tabs that follow each other for one.
        name=${line%%$'\t'*} line=${line#*$'\t'}
        if [ "$name" != "$node" ]; then continue; fi
        reports=${line%%$'\t'*} line=${line#*$'\t'}
        marked=${line%%$'\t'*} line=${line#*$'\t'}
        master=${line%%$'\t'*} said=${line#*$'\t'}
        # As texts: both are of one length.
        if [ -n "$since" ] && [[ ! "$said" > "$since" ]]; then return 0; fi
        if [ -z "$reports" ] || { [ "$kind" = control-plane ] && [ "$master" != master ]; }; then return 0; fi
        : "${seen[$1]:=$SECONDS}"
        if [ "$kind" = control-plane ] || [ -n "$marked" ] || [ $((SECONDS - ${seen[$1]})) -ge 30 ]; then joined=yes; fi
    done <<<"$nodes"
}

# close_admission ID: the token has done its work. The certificates of the next node may lie ready already: by another token.
close_admission() {
    local done_with=("bootstrap-token-$1") lies
    if [ -n "$owner" ]; then
        done_with+=("$owner")
        lies=$(kubectl "$ADMIN" -n kube-system get secret kubeadm-certs --ignore-not-found --request-timeout 20s -o 'jsonpath={.metadata.ownerReferences[0].name}')
        if [ "$lies" = "$owner" ]; then done_with+=(kubeadm-certs); fi
    fi
    kubectl "$ADMIN" -n kube-system delete secret "${done_with[@]}" --ignore-not-found --request-timeout 20s >/dev/null
    forget "$ADMISSIONS/$1"
    # It waits for the new node, and others want to join meanwhile.
    spread_dns "$node" &
}

mkdir -p "$ADMISSIONS"
looked=-5 started=$SECONDS
while true; do
    find "$ADMISSIONS" -maxdepth 1 -type f -mmin +1440 -delete
    list=$(find "$ADMISSIONS" -maxdepth 1 -type f -name '[a-z0-9]*' -printf '%f\n')
    if [ -z "$list" ]; then
        # CoreDNS may wait for a node for minutes: who is admitted meanwhile is not to wait for that.
        spreading=$(jobs -rp)
        [ -n "$spreading" ] || break
        sleep 1
        continue
    fi
    # An API server that is away is asked again; for what fails otherwise the unit is started anew.
    approve_clients
    if [ "$answered" = no ]; then
        sleep 1
        continue
    fi
    if [ $((SECONDS - looked)) -ge 5 ]; then
        looked=$SECONDS
        look_at_nodes
        while IFS= read -r id; do
            read_admission "$id"
            [ -n "$node" ] || continue
            look_at_join "$id"
            if [ "$joined" = yes ]; then
                close_admission "$id"
            elif [ $((SECONDS - ${renewed[$id]:-$started})) -ge 300 ]; then
                renew "bootstrap-token-$id"
                [ -z "$owner" ] || renew "$owner"
                renewed[$id]=$SECONDS
            fi
        done <<<"$list"
    fi
    # A join is waiting for its certificate; one that failed long ago is not.
    young=$(find "$ADMISSIONS" -maxdepth 1 -type f -mmin -20 -print -quit)
    if [ -n "$young" ]; then sleep 0.4; else sleep 3; fi
done
