# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by connectivity.sh and settle.sh: shows that the network works. A Pod on each node and one on another reach each
# other, with packets of full size and begun from either side; each reaches cluster DNS and the API server, and the API
# server each kubelet. Of every node where `mode` is all, else of those that are new: in a ring with one that is known to
# work, so that the work grows by one pair a node.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=connectivity-pods.sh
. "$here/connectivity-pods.sh"
# shellcheck source-path=SCRIPTDIR source=connectivity-causes.sh
. "$here/connectivity-causes.sh"
lock

# The settings, and the nodes whose network has been seen to work with them: NAME UID. A Node made anew has another one.
readonly TESTED=$STATE/connectivity ASK_SECONDS=20 START_SECONDS=45
declare -A uid=() address_of=() told=() phase=() pod_ip=() reason=() peers=() known=()
printf -v RUN 'kubeadm-cluster-connectivity-%(%s)T' -1

# What a connection that broke for a moment hides comes with the next try.
limit=$((SECONDS + 30))
until seen=$(kubectl "$ADMIN" --request-timeout 10s get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{"|"}{.metadata.uid}{"|"}{.status.addresses[?(@.type=="InternalIP")].address}{"|"}{.metadata.annotations.flannel\.alpha\.coreos\.com/public-ip}{"\n"}{end}' 2>&1); do
    [ "$SECONDS" -lt "$limit" ] || die "the API server could not be asked for the nodes within 30 s: ${seen##*$'\n'}"
    sleep 1
done
while IFS='|' read -r name id address public; do
    if [ -n "$name" ]; then uid[$name]=$id address_of[$name]=${address%% *} told[$name]=$public; fi
done <<<"$seen"
if [ -e "$TESTED" ]; then
    while read -r name id; do known[$name]=$id; done <"$TESTED"
    if [ "${known['#']:-}" != "$SETTINGS" ]; then known=(); fi
fi

ring=() partner=''
while read -r name; do
    if [ -z "$name" ]; then continue; fi
    [ -n "${uid[$name]:-}" ] || die "there is no Node $name; see: kubectl get nodes"
    if [ "$mode" != all ] && [ "${known[$name]:-}" = "${uid[$name]}" ]; then
        partner=${partner:-$name}
    else
        ring+=("$name")
    fi
done <<<"$NODES"
scratch=/run/kubeadm-cluster-connectivity
# Takes away its Pods, with those that a run which was killed has left.
leave() {
    rm -rf "$scratch"
    "${K[@]}" delete pods -l "$LABEL" --ignore-not-found --wait=false >/dev/null ||
        die "Pods of the network's test may be left; they end by themselves, and the next run takes them away. See: kubectl -n kube-system get pods -l $LABEL"
}
trap leave EXIT
if [ "${#ring[@]}" = 0 ]; then exit 0; fi
if [ -n "$partner" ]; then ring=("$partner" "${ring[@]}"); fi
rm -rf "$scratch"
mkdir -p "$scratch"

pods=()
for at in "${!ring[@]}"; do listening_pod "$RUN-$at" "${ring[at]}"; done
create_pods
# In the time that they take.
dns=$("${K[@]}" get service kube-dns --ignore-not-found -o 'jsonpath={.spec.clusterIP}')
if [ -n "$refused" ]; then
    unasked "${ring[*]}" "the API server takes no Pods for it: $refused"
    ring=()
else
    await_pods "$START_SECONDS" Running "$RUN"
fi

# neighbour AT STEP PORT: adds the one so far along the ring to the words of AT.
neighbour() {
    local node=${ring[$1]} peer=${ring[($1 + $2 + ${#ring[@]}) % ${#ring[@]}]}
    if [ "$peer" = "$node" ] || [[ " ${peers[$node]:-} " = *" $peer "* ]]; then return 0; fi
    if [ "${phase[$peer]:-}" != Running ]; then return 0; fi
    peers[$node]+=" $peer"
    words[$1]+="$peer ${pod_ip[$peer]} $3 "
}
# ask AT: what its Pod reaches; by the API server and the kubelet, so that their way is tested as well.
ask() {
    local text of
    text=$(<"$here/connectivity-ask.sh")
    read -ra of <<<"${words[$1]}"
    exec timeout -k 5 "$((ASK_SECONDS + 15))" kubectl "$ADMIN" -n kube-system exec "$RUN-$1" -- \
        /bin/sh -c "$text" ask "$ASK_SECONDS" "${dns:--}" "kubernetes.default.svc.$DNS_DOMAIN." "${of[@]}" \
        </dev/null >"$scratch/$1" 2>"$scratch/$1.error" 9>&-
}
# hear: what those have told that were asked. What broke off is asked once more.
hear() {
    local one code round
    for round in first last; do
        broken=()
        for one in "${asked[@]}"; do
            code=0
            wait "${one#* }" || code=$?
            judge "${one% *}" "$code" "$round"
        done
        asked=()
        for one in "${broken[@]}"; do
            ask "$one" &
            asked+=("$one $!")
        done
    done
}

asked=() words=()
for at in "${!ring[@]}"; do
    node=${ring[at]}
    if [ "${phase[$node]:-}" != Running ]; then
        not_started "$at" "$node"
        continue
    fi
    words[at]=
    neighbour "$at" 1 7001
    neighbour "$at" -1 7002
    ask "$at" &
    asked+=("$at $!")
    # A hundred programs at a time would make each of them late.
    if [ "${#asked[@]}" = 10 ]; then hear; fi
done
hear
conclude
# Before the mark: a run that could not take them away has not ended well, and the next one does it.
leave
trap - EXIT
if [ "${#failures[@]}" = 0 ] && [ "$mode" != all ] && [ "$unasked" = no ]; then
    tested="# $SETTINGS"$'\n'
    while read -r name; do
        if [ -n "$name" ]; then tested+="$name ${uid[$name]}"$'\n'; fi
    done <<<"$NODES"
    record "$TESTED" "${tested%$'\n'}"
fi
