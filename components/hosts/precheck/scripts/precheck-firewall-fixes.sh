# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what a firewall drops as findings, with the commands of whoever manages it.
set -euo pipefail

# card_of ADDRESS: the network interface that has it.
card_of() {
    local addresses
    addresses=$(ip -o -4 addr show)
    awk -v own="$1/" 'index($4, own) == 1 { print $2; exit }' <<<"$addresses"
}

# network_of ADDRESS: that of its interface, such as 10.0.0.0/24; a word for it where the host is alone in there.
network_of() {
    local addresses size bits
    addresses=$(ip -o -4 addr show)
    size=$(awk -v own="$1/" 'index($4, own) == 1 { sub(".*/", "", $4); print $4; exit }' <<<"$addresses")
    if [ "${size:-32}" -gt 30 ]; then
        echo NODE_ADDRESS
        return 0
    fi
    bits=$(address_number "$1")
    bits=$((bits >> (32 - size) << (32 - size)))
    echo "$((bits >> 24)).$((bits >> 16 & 255)).$((bits >> 8 & 255)).$((bits & 255))/$size"
}

# tell_dropped LINES: one finding for each table: what it drops of other hosts and Pods, and of the Pods' traffic across hosts.
tell_dropped() {
    local table manager by protocol port from source what group thing groups=() place fix chain others=() network lies
    local -A first=() things=() origins=() numbers=() managers=()
    network=$(network_of "$NODE_IP")
    read -ra others <<<"$HOSTS"
    while IFS=$'\t' read -r table manager by protocol port from source what; do
        group=$table
        if [ "$from" = forward ]; then group+=" forward"; fi
        if [ -z "${first[$group]:-}" ]; then groups+=("$group"); fi
        managers[$group]=$manager
        first[$group]=${first[$group]:-$by}
        thing="$protocol $port ($what)"
        if [ "$port" = - ]; then thing=$what; fi
        if [[ ", ${things[$group]:-}, " != *", $thing, "* ]]; then things[$group]+="${things[$group]:+, }$thing"; fi
        lies=apart
        # One command for all of a network is shorter than one for each of its hosts.
        if [ ${#others[@]} -gt 4 ] && [ "$source" != any ] && [ "$network" != NODE_ADDRESS ]; then lies=$(relation "$source" "$network"); fi
        if [ "$source" = any ] || [ "$lies" = inside ]; then source=$network; fi
        if [ "$from" = pods ]; then source=$POD_SUBNET; fi
        if [[ " ${origins[$group]:-} " != *" $source "* ]]; then origins[$group]+="${origins[$group]:+ }$source"; fi
        thing=$port/$protocol
        if [[ " ${numbers[$group $source]:-} " != *" $thing "* ]]; then numbers[$group $source]+="${numbers[$group $source]:+ }$thing"; fi
    done <<<"$1"
    for group in "${groups[@]}"; do
        manager=${managers[$group]} table=${group% forward} chain=${first[$group]%%:*}
        place="$manager, table ${table#* }, chain ${first[$group]:0:150}"
        if [[ $group == *" forward" ]]; then
            fix=$(forward_fix "$manager" "$table" "$chain")
            lack firewall "what Pods send across hosts is dropped by $place" "the Pods of $POD_SUBNET reach each other" "$fix"
        else
            fix=
            for source in ${origins[$group]}; do
                thing=$(open_fix "$manager" "$table" "$chain" "$source" "${numbers[$group $source]}")
                fix+="${fix:+; }$thing"
            done
            fix=$(kept "$manager" "$fix")
            lack firewall "${things[$group]} dropped, from ${origins[$group]// /, }; by $place" "let in from the cluster's hosts and Pods" "$fix"
        fi
    done
}

# ports_of PROTOCOL SEPARATOR PORT/PROTOCOL...: those of one protocol.
ports_of() {
    local protocol=$1 separator=$2 port list=''
    shift 2
    for port; do
        if [ "${port#*/}" = "$protocol" ]; then list+="${list:+$separator}${port%/*}"; fi
    done
    printf '%s' "$list"
}

# open_fix MANAGER TABLE CHAIN SOURCE PORTS
open_fix() {
    local manager=$1 chain="${2#nft } $3" from=$4 ports=$5 protocol list rules=()
    for protocol in tcp udp vrrp; do
        # shellcheck disable=SC2086  # one word for each port
        list=$(ports_of "$protocol" , $ports)
        if [ -z "$list" ]; then continue; fi
        case $manager-$protocol in
        firewalld-*) rules=("firewall-cmd --permanent --zone=trusted --add-source=$from") ;;
        ufw-vrrp) rules=("ufw allow from $from") ;;
        ufw-*) rules+=("ufw allow proto $protocol from $from to any port ${list//-/:}") ;;
        iptables-vrrp) rules+=("iptables -I INPUT -s $from -p vrrp -j ACCEPT") ;;
        iptables-*) rules+=("iptables -I INPUT -s $from -p $protocol -m multiport --dports ${list//-/:} -j ACCEPT") ;;
        *-vrrp) rules+=("nft insert rule $chain ip saddr $from ip protocol vrrp accept") ;;
        *) rules+=("nft insert rule $chain ip saddr $from $protocol dport { ${list//,/, } } accept") ;;
        esac
    done
    list=$(printf '; %s' "${rules[@]}")
    echo "${list#; }"
}

forward_fix() {
    case $1 in
    firewalld) kept "$1" "firewall-cmd --permanent --zone=trusted --add-source=$POD_SUBNET" ;;
    ufw) kept "$1" "ufw route allow from $POD_SUBNET; ufw route allow to $POD_SUBNET" ;;
    iptables) kept "$1" "iptables -I FORWARD -s $POD_SUBNET -j ACCEPT; iptables -I FORWARD -d $POD_SUBNET -j ACCEPT" ;;
    *) kept "$1" "nft insert rule ${2#nft } $3 ip saddr $POD_SUBNET accept; nft insert rule ${2#nft } $3 ip daddr $POD_SUBNET accept" ;;
    esac
}

# kept MANAGER COMMANDS: with what makes them outlive a reboot.
kept() {
    case $1 in
    ufw) echo "$2" ;;
    firewalld) echo "$2; firewall-cmd --reload" ;;
    iptables) echo "$2; and keep it, such as by netfilter-persistent save" ;;
    *) echo "$2; and the same in the file that is loaded at boot, such as /etc/nftables.conf" ;;
    esac
}
