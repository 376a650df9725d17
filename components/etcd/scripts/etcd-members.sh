# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by scripts of control plane nodes, behind cluster.sh and etcd-programs.sh: who is a member of etcd, and who may go.
set -euo pipefail

# look_at_members: sets members, lines ID NAME CLIENT_URL VOTES; "-" for what one that was never started lacks. Those of
# other nodes where ETCD_ENDPOINTS says so.
look_at_members() {
    local listed trouble line id rest
    listed=$("$etcdctl" --endpoints "${ETCD_ENDPOINTS:-https://127.0.0.1:2379}" "${ETCD_CLIENT[@]}" member list 2>>"$LOGS/etcd.log") || {
        look_at_etcd
        die "etcd does not say who its members are.$trouble See $LOGS/etcd.log. Nothing was changed"
    }
    members=$(awk -F', *' '{ print $1, $3 == "" ? "-" : $3, $5 == "" ? "-" : $5, $6 == "true" ? "no" : "yes" }' <<<"$listed")
    while read -r id rest; do
        [[ "$id" =~ ^[0-9a-f]+$ ]] || die "etcd does not say who its members are, but: ${listed:0:300}. Nothing was changed"
    done <<<"$members"
}

# refuse_without_quorum NODE WHAT: NODE is about to be missing for etcd, for a while or for good (WHAT = restarted, removed).
refuse_without_quorum() {
    local id name url votes all=0 healthy=0 left needed present=no others=''
    look_at_members
    while read -r id name url votes; do
        if [ "$votes" != yes ]; then continue; fi
        all=$((all + 1))
        if [ "$name" = "$1" ]; then
            present=yes
            continue
        fi
        others+=" $name"
        # What cannot be asked is not healthy.
        if "$etcdctl" --endpoints "$url" "${ETCD_CLIENT[@]}" endpoint health >/dev/null 2>&1; then healthy=$((healthy + 1)); fi
    done <<<"$members"
    # Alone, or one of two on the way to more, a member has nobody to stand in for it.
    if [ "$present" = no ] || { [ "$2" = restarted ] && [ "$all" -lt 3 ]; }; then return 0; fi
    left=$all
    if [ "$2" = removed ]; then left=$((all - 1)); fi
    needed=$((left / 2 + 1))
    [ "$healthy" -ge "$needed" ] ||
        die "$1 is not $2: of etcd's $all members $healthy would be left healthy, and a quorum of $left is $needed. Nothing was changed; bring back first:$others"
}

# look_for_peers: sets `several` to yes where this host's etcd has, or had, others beside it; kubeadm has it tell of itself
# at this port. One that does not answer serves no quorum: nothing is lost where it is restarted.
look_for_peers() {
    local metrics
    several=no
    metrics=$(curl -s -m 5 http://127.0.0.1:2381/metrics) || return 0
    if [[ $'\n'$metrics == *$'\n'etcd_network_active_peers* ]]; then several=yes; fi
}

# refuse_restart NODE: as refuse_without_quorum; at once where NODE is the only one.
refuse_restart() {
    local several
    look_for_peers
    if [ "$several" = no ]; then return 0; fi
    mount_etcd_programs
    refuse_without_quorum "$1" restarted
    unmount_etcd_programs
}

# remove_member NODE: etcd forgets the node, and members that were added for a join that was cut off before they started.
remove_member() {
    local id name url votes trouble code all
    look_at_members
    # refuse_without_quorum looks at them again.
    all=$members
    while read -r id name url votes; do
        if [ "$name" != - ] && [ "$name" != "$1" ]; then continue; fi
        if [ "$votes" = yes ] && [ "$name" != - ]; then refuse_without_quorum "$1" removed; fi
        say "etcd forgets its member $id ($1)"
        attempt etcd "$etcdctl" --endpoints "${ETCD_ENDPOINTS:-https://127.0.0.1:2379}" "${ETCD_CLIENT[@]}" member remove "$id"
        if [ "$code" != 0 ]; then
            look_at_etcd
            die "etcd does not let its member $id of $1 go.$trouble Run the same command again when it is healthy"
        fi
    done <<<"$all"
}
