# shellcheck shell=bash disable=SC2016,SC2034,SC2153,SC2154
# Sourced by precheck.sh: firewalls by their rules, whoever wrote them. What the cluster sends is led through them.
set -euo pipefail

# Sends each packet through all that the kernel calls for it. Input: rules behind lines =BACK END, packets behind =packets.
# Output: lines, their parts apart by tabs: TABLE MANAGER RULE PROTOCOL PORT FROM SOURCE WHAT of each one that is dropped.
readonly SEND_PACKETS='
function manager_of(set) {
    if (set ~ / firewalld$/ || (set, "IN_public") in policy || (set, "INPUT_ZONES") in policy) return "firewalld"
    return (set, "ufw-user-input") in policy ? "ufw" : kind[set]
}
function dropped(set, chain) {
    if (led(set, chain) != "drop") return 0
    # The rules by which a pod network lets its own through come behind those that are there, and before the policy.
    if (chain == "FORWARD" && by == "FORWARD: policy drop") return 0
    gsub(/\001/, " ", by)
    printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", set, manager_of(set), by, protocol, port, from, source, what
    return 1
}
function send(set,  part, at, n, hook_wanted) {
    hook_wanted = goes == "-" ? "INPUT" : "FORWARD"
    if (kind[set] == "iptables") {
        if (set !~ /filter$/ && dropped(set, "PREROUTING")) return
        if (set !~ /raw$/) dropped(set, hook_wanted)
        return
    }
    n = split(bases[set], part, " ")
    for (at = 1; at <= n; at++) if (hook[set, part[at]] == "prerouting" || hook[set, part[at]] == tolower(hook_wanted)) if (dropped(set, part[at])) return
}
/^=/ { reading = $1; back_end = $2; next }
reading == "=iptables" { read_iptables($0) }
reading == "=nft" { read_nft($0) }
/^\*/ && reading == "=iptables" && back_end == "nf_tables" { passed["nft ip " substr($0, 2)] = 1 }
reading == "=packets" {
    protocol = $1; port = $2; from = $3; source = $4; destination = $5; came = $6; goes = $7
    what = $0
    sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ /, "", what)
    for (set in sets) send(set)
}
'

# save NAME BACK_END: adds to `rules` what iptables says of one of its back ends.
save() {
    local said
    if ! command -v "$1" >/dev/null; then return 0; fi
    said=$("$1") || unasked "$1"
    rules+="=iptables $2"$'\n'$said$'\n'
}

unasked() { finding warning firewall "$1 does not tell its rules" "an answer" "see: $1"; }

# read_firewall: sets `rules`. Nothing is loaded into the kernel to find out: what is not there has no rules.
read_firewall() {
    local version='' said release legacy=iptables-legacy-save newer=iptables-nft-save
    rules=
    release=$(uname -r)
    if command -v iptables >/dev/null; then version=$(iptables --version 2>/dev/null) || version=; fi
    if ! command -v "$legacy" >/dev/null && [[ $version != *nf_tables* ]]; then legacy=iptables-save; fi
    if ! command -v "$newer" >/dev/null && [[ $version == *nf_tables* ]]; then newer=iptables-save; fi
    if [ -r /proc/net/ip_tables_names ]; then
        said=$(</proc/net/ip_tables_names)
        if [ -n "$said" ]; then save "$legacy" legacy; fi
    fi
    if [ ! -e /sys/module/nf_tables ] && grep -qsE '/nf_tables\.ko' "/lib/modules/$release/modules.dep"; then return 0; fi
    save "$newer" nf_tables
    if command -v nft >/dev/null; then
        said=$(nft -s list ruleset) || unasked "nft list ruleset"
        rules+="=nft -"$'\n'$said$'\n'
    fi
}

# packets: what other hosts and Pods send here, and what Pods of this host and of others send each other.
# OPEN: lines PROTOCOL PORT FROM WHAT; FROM is hosts, masters or pods. MASTERS, HOSTS: addresses of the others, where they
# are known: else what comes from any address counts.
packets() {
    local protocol number from what sources source card came pod=${POD_SUBNET%/*} inside=any outside=any
    card=$(card_of "$NODE_IP")
    pod=${pod%.*}.$((${pod##*.} + 2))
    case $NETWORK in
    flannel) inside=cni0 outside=flannel.1 ;;
    # Bridged frames, too, are led through the rules.
    weave) inside=weave outside=weave ;;
    esac
    while read -r protocol number from what; do
        case $from in
        '') continue ;;
        pods) sources=$pod came=$inside ;;
        masters) sources=${MASTERS:-any} came=${card:-any} ;;
        *) sources=${HOSTS:-any} came=${card:-any} ;;
        esac
        for source in $sources; do echo "$protocol $number $from $source $NODE_IP $came - $what"; done
    done <<<"$OPEN"
    # Another network's interfaces are not known.
    if [ "$inside" != any ]; then
        echo "tcp any forward $pod $pod $inside $outside Pods"
        echo "tcp any forward $pod $pod $outside $inside Pods"
    fi
}

check_firewall() {
    local rules lost sent
    read_firewall
    # Off now and on at the next boot: what will be dropped then cannot be seen yet.
    if [[ $rules != *firewalld* && $rules != *INPUT_ZONES* ]] && systemctl -q is-enabled firewalld 2>/dev/null; then
        finding warning firewall "firewalld starts with this host, and its rules are not there now" "rules that can be looked at" \
            "systemctl start firewalld and look again, or systemctl disable firewalld"
    fi
    if [ -z "$rules" ]; then return 0; fi
    sent=$(packets)
    lost=$(awk "$WALK_RULES$IPTABLES_RULES$NFT_RULES$SEND_PACKETS" <<<"$rules=packets -"$'\n'"$sent")
    if [ -n "$lost" ]; then tell_dropped "$lost"; fi
}
