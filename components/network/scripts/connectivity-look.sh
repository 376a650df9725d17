#!/bin/sh
# Run in a Pod in its host's own network by connectivity.sh, where Pods do not reach each other: what may be the cause here.
# environment: LOOK_ADDRESS   the node's own address
#              LOOK_PEERS     addresses of the nodes that it does not reach, spaces between them
#              LOOK_PORTS     ports of the network, likewise
#              LOOK_CNI       name of the network's own CNI file; those of the host are in LOOK_DIRECTORY
#              LOOK_LINK      interface of the network
# output: lines, their parts apart by a tab: cni|rule|card|mtu|other and what was found
set -eu

tell() { printf '%s\t%s\n' "$1" "$2"; }

look_at_cni() {
    names=
    for path in "$LOOK_DIRECTORY"/*.conf "$LOOK_DIRECTORY"/*.conflist "$LOOK_DIRECTORY"/*.json \
        "$LOOK_DIRECTORY"/.*.conf "$LOOK_DIRECTORY"/.*.conflist "$LOOK_DIRECTORY"/.*.json; do
        if [ -e "$path" ]; then names="$names${path##*/}
"; fi
    done
    first=$(printf %s "$names" | LC_ALL=C sort | head -n 1)
    if [ -z "$first" ]; then
        tell cni "there is no CNI file in /etc/cni/net.d"
    elif [ "$first" != "$LOOK_CNI" ]; then
        tell cni "the CNI file /etc/cni/net.d/$first sorts before $LOOK_CNI, so containerd takes it for every Pod: remove it"
    fi
}

look_at_card() {
    addresses=$(ip -o -4 addr show)
    card=$(echo "$addresses" | awk -v own="$LOOK_ADDRESS/" 'index($4, own) == 1 { print $2; exit }')
    if [ -z "$card" ]; then
        tell card "no card has $LOOK_ADDRESS, the address of its Node"
        return 0
    fi
    if [ ! -r "/sys/class/net/$LOOK_LINK/mtu" ] || [ ! -r "/sys/class/net/$card/mtu" ]; then return 0; fi
    pods=$(cat "/sys/class/net/$LOOK_LINK/mtu")
    hosts=$(cat "/sys/class/net/$card/mtu")
    tell mtu "$LOOK_LINK sends packets of $pods bytes, its card $card takes $hosts; what lies between the hosts may take less: set network.mtu"
}

# told: the rules on standard input that drop or refuse, first those that name the network's ports or the peers.
told() {
    awk -v ports="$LOOK_PORTS" -v peers="$LOOK_PEERS" '
        function names(line, list, before, after, all, n, i) {
            n = split(list, all, " ")
            for (i = 1; i <= n; i++) if (match(line, before all[i] after)) return 1
            return 0
        }
        /INVALID|invalid/ { next }
        {
            gsub(/\t/, " ")
            kind = names($0, ports, "(dpt|dport|dports)[ :=a-z]*[0-9,{ ]*", "([^0-9]|$)") || names($0, peers, "", "([^0-9]|$)") ? "rule" : "other"
            if (++seen[kind] <= 3) print kind "\tfirewall: " $0
        }'
}

look_at_rules() {
    # Each kind of table has its own program; one that is not there has none to show.
    for save in iptables-nft-save iptables-legacy-save; do
        "$save" -t filter 2>/dev/null || :
    done | awk '
        /^:(INPUT|FORWARD|OUTPUT) DROP/ { policies = policies substr($1, 2) " drops what no rule accepts\n" }
        /^-A (KUBE|CNI|WEAVE|FLANNEL)-/ { next }
        /^-A .* -j (DROP|REJECT)/ { print }
        END { printf "%s", policies }' | told
    nft list ruleset 2>/dev/null | awk '
        $1 == "table" { table = $2 " " $3; skip = table ~ /^ip6? (filter|nat|mangle|raw|security)$/ || $3 ~ /^(kube-proxy|flannel|cni_hostport)/ }
        $1 == "chain" { chain = $2 }
        skip { next }
        /policy drop/ { print "nft table " table ", chain " chain ": drops what no rule accepts"; next }
        /(^|[ \t])(drop|reject)([ \t]|$)/ { sub(/^[ \t]+/, ""); print "nft table " table ", chain " chain ": " $0 }' | told
}

# The kubelet hands the API server at most 4096 bytes.
{
    look_at_cni
    look_at_card
    look_at_rules
} | head -c 3500 >"${LOOK_OUTPUT:-/dev/termination-log}"
