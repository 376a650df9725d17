# shellcheck shell=bash disable=SC2154
# Sourced by scripts of control plane nodes, behind etcd-programs.sh: who is a member of etcd, and who may go.

# look_at_members: sets members, lines ID NAME CLIENT_URL VOTES; "-" for what one that was never started lacks.
look_at_members() {
    members=$(running_etcd member list 2>>"$LOGS/etcd.log" |
        awk -F', *' '{ print $1, $3 == "" ? "-" : $3, $5 == "" ? "-" : $5, $6 == "true" ? "no" : "yes" }') ||
        die "etcd does not say who its members are.$(etcd_trouble) Nothing was changed"
}

# refuse_without_quorum NODE WHAT: NODE is about to be missing for etcd, for a while or for good (WHAT = restarted, removed).
refuse_without_quorum() {
    local id name url votes all=0 healthy=0 left needed present=false
    look_at_members
    while read -r id name url votes; do
        [ "$votes" = yes ] || continue
        all=$((all + 1))
        if [ "$name" = "$1" ]; then
            present=true
        elif running_etcd --endpoints "$url" endpoint health >/dev/null 2>&1; then
            healthy=$((healthy + 1))
        fi
    done <<<"$members"
    # Alone, or one of two on the way to more, a member has nobody to stand in for it.
    if ! $present || { [ "$2" = restarted ] && [ "$all" -lt 3 ]; }; then return 0; fi
    left=$all
    if [ "$2" = removed ]; then left=$((all - 1)); fi
    needed=$((left / 2 + 1))
    [ "$healthy" -ge "$needed" ] ||
        die "$1 is not $2: of etcd's $all members $healthy would be left healthy, and a quorum of $left is $needed. Nothing was changed; bring back first: $(awk -v n="$1" '$2 != n { print $2 }' <<<"$members" | paste -sd ' ')"
}

# several_members: this host's etcd has, or had, others beside it. kubeadm has it tell of itself at this port.
several_members() { curl -s -m 5 http://127.0.0.1:2381/metrics | grep '^etcd_network_active_peers' >/dev/null; }

# refuse_restart NODE: as refuse_without_quorum; at once where NODE is the only one.
refuse_restart() {
    several_members || return 0
    mount_etcd_programs "$ETCD_MANIFEST"
    refuse_without_quorum "$1" restarted
    unmount_etcd_programs
}

# remove_member NODE: etcd forgets the node, and members that were added for a join that was cut off before they started.
remove_member() {
    local id name url votes
    look_at_members
    while read -r id name url votes; do
        if [ "$name" != - ] && [ "$name" != "$1" ]; then continue; fi
        if [ "$votes" = yes ] && [ "$name" != - ]; then refuse_without_quorum "$1" removed; fi
        say "etcd forgets its member $id ($1)"
        logged etcd running_etcd member remove "$id" ||
            die "etcd does not let its member $id of $1 go.$(etcd_trouble) Run the same command again when it is healthy"
    done <<<"$members"
}
