# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by connectivity.sh: what did not work between which nodes, and what their hosts say of it.
set -euo pipefail

# failures: KIND|NODE|PEER|WHAT. KIND is pod, mtu, dns, api, kubelet or start; PEER may be empty.
failures=() unasked=no

# unasked NODES WHY: nothing is known of their network, for a reason that is none of the network's.
unasked() {
    unasked=yes
    if [ "$mode" = all ]; then
        answer $'difference\t'"${1// /, }"$'\tpod network\tnot tested: '"${2//$'\t'/ }"$'\ta test'
    else
        say "WARNING: the network of ${1// /, } was not tested, which says nothing of the network: $2"
        say "  npm run verify tests it when this is mended; network.connectivityTest: false leaves the test out"
    fi
}

# not_started AT NODE: its Pod did not come to life.
not_started() {
    local node=$2 why=${reason[$2]:-}
    case $why in
    ErrImage* | ImagePull*)
        unasked "$node" "the image $IMAGE is not on the host ($why)"
        return 0
        ;;
    esac
    events_of "$RUN-$1"
    case ${phase[$node]:-}$events in
    *sandbox* | *network* | *cni* | *CNI*)
        failures+=("start|$node||a Pod on $node got no network within $START_SECONDS s: $events")
        ;;
    Failed*) unasked "$node" "its kubelet took no Pod: $why $events" ;;
    *) failures+=("start|$node||a Pod on $node did not start within $START_SECONDS s: ${events:-its kubelet says nothing of it}") ;;
    esac
}

# judge AT CODE ROUND: what a Pod has told, or why it could not. One that broke off in the first round comes to `broken`.
judge() {
    local node=${ring[$1]} what peer seen pair error said heard=0 wanted lines=2 new=()
    while IFS=$'\t' read -r what peer seen; do
        heard=$((heard + 1)) peer=${peer:--}
        pair="between $node (${address_of[$node]}) and $peer (${address_of[$peer]:-})"
        case "$what $peer $seen" in
        'pod '*' whole' | 'dns yes ' | 'api yes ' | 'end - ') ;;
        'pod '*' none') new+=("pod|$node|$peer|$pair: a Pod on $node (${pod_ip[$node]}) got no answer from the Pod on $peer (${pod_ip[$peer]:-}) within $ASK_SECONDS s") ;;
        'pod '*' small') new+=("mtu|$node|$peer|$pair: small packets of a Pod on $node reach the Pod on $peer and come back, full ones do not") ;;
        'dns no ') new+=("dns|$node||a Pod on $node got no answer from cluster DNS, $dns, within $ASK_SECONDS s") ;;
        'api no ') new+=("api|$node||a Pod on $node did not reach the API server by the Service kubernetes within $ASK_SECONDS s") ;;
        *) heard=-99 ;;
        esac
    done <"$scratch/$1"
    # A line for each neighbour, cluster DNS where there is one, the API server, and the end.
    read -ra wanted <<<"${words[$1]}"
    if [ -n "$dns" ]; then lines=3; fi
    if [ "$2" = 0 ] && [ "$heard" = $((${#wanted[@]} / 3 + lines)) ]; then
        failures+=("${new[@]}")
        return 0
    fi
    error=$(tail -n 1 "$scratch/$1.error")
    # The same way, without a Pod: whose fault it is.
    if ! said=$(kubectl "$ADMIN" get --raw "/api/v1/nodes/$node/proxy/healthz" --request-timeout 5s 2>&1); then
        failures+=("kubelet|$node||the API server did not reach the kubelet of $node (${address_of[$node]}, TCP port 10250): ${said##*$'\n'}")
    elif [ "$3" = first ]; then
        broken+=("$1")
    else
        unasked "$node" "the Pod there could not be told to test (exit code $2): $error"
    fi
}

# look: sets `causes` to lines NODE KIND TEXT, apart by tabs, of the nodes that failed and their peers, six at most.
look() {
    local one kind node peer at=0 said who cause
    local -A looked=()
    causes=''
    for one in "${failures[@]}"; do
        IFS='|' read -r kind node peer _ <<<"$one"
        if [ "${#looked[@]}" -ge 6 ]; then continue; fi
        looked[$node]+=" ${peer:+${address_of[$peer]}}"
        if [ -n "$peer" ]; then looked[$peer]+=" ${address_of[$node]}"; fi
    done
    for node in "${!looked[@]}"; do
        if [ -n "${told[$node]:-}" ] && [ "${told[$node]}" != "${address_of[$node]}" ]; then
            causes+="$node"$'\tcard\t'"Flannel tells the others ${told[$node]}, which is not the Node's own address ${address_of[$node]}"$'\n'
        fi
    done
    pods=()
    for node in "${!looked[@]}"; do
        looking_pod "$RUN-look-$at" "$node" "${looked[$node]}"
        at=$((at + 1))
    done
    create_pods
    if [ -n "$refused" ]; then
        say "their hosts could not be looked at: $refused"
        return 0
    fi
    await_pods 20 Succeeded "$RUN-look"
    said=$("${K[@]}" get pods -l "$LABEL" -o 'jsonpath={range .items[*]}{"node "}{.spec.nodeName}{"\n"}{.status.containerStatuses[*].state.terminated.message}{"\n"}{end}' 2>&1) || said=
    who=
    while IFS= read -r cause; do
        case $cause in
        'node '*) who=${cause#node } ;;
        *$'\t'*) causes+=$who$'\t'$cause$'\n' ;;
        esac
    done <<<"$said"
}

# likeliest KIND NODE PEER: sets `found` to the causes for it, the likeliest first, a line each.
likeliest() {
    local wanted order=(cni card rule other) node kind text
    if [ "$1" = mtu ]; then order=(mtu cni card rule); fi
    # What stops the kubelet's port is no matter of the Pods' network.
    if [ "$1" = kubelet ]; then order=(rule other); fi
    found=
    for wanted in "${order[@]}"; do
        while IFS=$'\t' read -r node kind text; do
            if [ "$kind" = "$wanted" ] && { [ "$node" = "$2" ] || [ "$node" = "$3" ]; }; then found+="on $node: $text"$'\n'; fi
        done <<<"$causes"
    done
}

# conclude: tells what failed, with its likeliest cause, and ends the script, or answers.
conclude() {
    local one kind node peer what found causes=''
    if [ "${#failures[@]}" = 0 ]; then return 0; fi
    look
    for one in "${failures[@]}"; do
        IFS='|' read -r kind node peer what <<<"$one"
        likeliest "$kind" "$node" "$peer"
        found=${found:-"nothing on the hosts explains it: look at what lies between them (security groups, switches, routes)${PORTS:+; the network needs the ports $PORTS, and kubelets 10250}"$'\n'}
        if [ "$mode" = all ]; then
            found=${found%$'\n'}
            what="$what. Likeliest cause: ${found//$'\n'/; }"
            answer $'difference\t'"$node${peer:+, $peer}"$'\tpod network\t'"${what//[$'\t\n']/ }"$'\tworks'
            continue
        fi
        say "$what"
        say "  likeliest cause: ${found%%$'\n'*}"
        found=${found#*$'\n'}
        if [ -n "$found" ]; then say "  also found: ${found//$'\n'/; }"; fi
    done
    if [ "$mode" != all ]; then
        die "the nodes are Ready, but the network between them does not work, see above. Mend it and run this again; network.connectivityTest: false leaves the test out"
    fi
}
