# shellcheck shell=bash disable=SC2034
# Sourced by precheck.sh: awk that reads what nft lists, for precheck-rules.sh.
set -euo pipefail

readonly NFT_RULES='
# one_word_each TEXT: without comments and quotes; what stands in braces holds together.
function one_word_each(text,  at, sign, inside, whole) {
    gsub(/(comment|prefix) "[^"]*"/, "", text)
    gsub(/"/, "", text)
    if (text !~ /{/) return text
    for (at = 1; at <= length(text); at++) {
        sign = substr(text, at, 1)
        if (sign == "{") inside = 1
        if (sign == "}") inside = 0
        whole = whole (inside && sign == " " ? "\001" : sign)
    }
    return whole
}
function is_value(what, text) {
    gsub(/\001/, "", text)
    if (what == "saddr") return lies_in(source, text)
    if (what == "daddr") return lies_in(destination, text)
    if (what == "dport") return is_port(port, text)
    if (what == "sport") return is_client_port(text)
    if (what == "came") return is_link(came, text)
    if (what == "goes") return is_link(goes, text)
    if (what == "protocol") return is_protocol(text)
    if (what == "state") return is_state(text)
    if (what == "status") return text == "dnat" ? from == "pods" : 2
    if (what == "family") return text == "ipv4" || text == "ip"
    if (what == "end") return text == "local" ? goes == "-" : text == "unicast" ? goes != "-" : 0
    return 2
}
# is_one_of WHAT TEXT: a value, the members of a set, or of a named one.
function is_one_of(set, what, text,  part, at, n, hit, found) {
    if (text ~ /^@/) {
        if (!((set, text) in members)) return 2
        text = members[set, text]
    }
    if (text !~ /^{/) return is_value(what, text)
    n = split(substr(text, 2, length(text) - 2), part, ",")
    for (at = 1; at <= n; at++) { hit = is_value(what, part[at]); if (hit == 1) return 1; if (hit) found = 2 }
    return found + 0
}
function verdict_of(text) {
    gsub(/\001/, " ", text)
    gsub(/^ +| +$/, "", text)
    if (text ~ /^(accept|drop|return|(jump|goto) [^ ]+)$/) return text
    return text ~ /^reject/ ? "drop" : text ~ /^queue/ ? "accept" : ""
}
# mapped WHAT TEXT: the verdict of the first key that is met.
function mapped(what, text,  part, at, n, pair) {
    n = split(substr(text, 2, length(text) - 2), part, ",")
    for (at = 1; at <= n; at++) {
        split(part[at], pair, /\001:\001/)
        if (is_value(what, pair[1]) == 1) return verdict_of(pair[2])
    }
    return ""
}
function field_of(one, other) {
    if (one ~ /^iif(name)?$/) return "came"
    if (one ~ /^oif(name)?$/) return "goes"
    if (one == "meta" && other ~ /^iif(name)?$/) return "came"
    if (one == "meta" && other ~ /^oif(name)?$/) return "goes"
    if (one == "meta" && other == "l4proto") return "protocol"
    if (one == "meta" && (other == "nfproto" || other == "protocol")) return "family"
    if (one == "ip" && other ~ /^(saddr|daddr|protocol)$/) return other
    if (one ~ /^(tcp|udp|th)$/ && other ~ /^(dport|sport)$/) return other
    if (one == "ct" && other ~ /^(state|status)$/) return other
    if (one == "fib" && other == "daddr") return "end"
    return ""
}
function hits_nft(set, text,  n, at, hit, one, no, what, value) {
    n = split(text, word, " ")
    hit = 1
    target = ""
    for (at = 1; at <= n; at++) {
        value = word[at]
        if (value ~ /^(jump|goto)$/) { target = value " " word[at + 1]; return hit }
        target = verdict_of(value)
        if (target != "") return hit
        if (value == "counter") { if (word[at + 1] == "packets") at += 4; continue }
        # It writes a line, whatever its words are, and goes on.
        if (value == "log") { while (word[at + 1] ~ /^(level|flags|group|snaplen|queue-threshold)$/) at += 2; continue }
        if (value ~ /^(ip6|icmp|icmpv6|arp|sctp|dccp|esp|ah)$/) { hit = 0; at += 2; continue }
        what = field_of(value, word[at + 1])
        if (what == "") { hit = both(hit, 2); continue }
        if (value ~ /^(tcp|udp)$/) hit = both(hit, protocol == value)
        if (value !~ /^[io]if(name)?$/) at++
        if (what == "end") { if (word[at + 1] != "type") { hit = both(hit, 2); continue } at++ }
        if (word[at + 1] == "vmap") {
            if (word[at + 2] !~ /^{/) { hit = both(hit, 2); at += 2; continue }
            target = mapped(what, word[at + 2])
            return target == "" ? 0 : hit
        }
        no = word[at + 1] == "!="
        if (no || word[at + 1] == "==") at++
        if (word[at + 1] ~ /^([<>&|.^]|set$|and$|or$|[<>]=|<<|>>)/) { hit = both(hit, 2); continue }
        one = is_one_of(set, what, word[++at])
        hit = both(hit, no ? not(one) : one)
    }
    return hit
}
# A list that is broken over lines is read as one. Blocks in a table: chains, named sets, and what decides nothing.
function read_nft(line,  part, opened, closed, copy) {
    gsub(/^[ \t]+|[ \t]+$/, "", line)
    held = held == "" ? line : held " " line
    copy = held
    opened = gsub(/{/, "", copy)
    closed = gsub(/}/, "", copy)
    if (opened > closed && held !~ /^(table|chain|set|map|flowtable|ct|counter|quota|limit|secmark|synproxy) [^{]*{$/) return
    line = held
    held = ""
    split(line, part, " ")
    if (part[1] == "table") { table = "nft " part[2] " " part[3]; block = ""; return }
    if (line ~ /{$/) { block = part[1] == "chain" ? "chain" : part[1]; name = part[2]; return }
    if (line == "}") { block = ""; return }
    if (block == "set" && part[1] == "elements") {
        sub(/^elements = /, "", line)
        members[table, "@" name] = one_word_each(line)
    }
    if (block != "chain" || line == "" || line ~ /^#/ || table !~ /^nft (ip|inet) / || table in passed) return
    if (part[1] != "type") { rule(table, name, one_word_each(line)); return }
    if (line !~ /^type filter /) return
    sets[table] = 1
    kind[table] = "nft"
    bases[table] = bases[table] " " name
    hook[table, name] = part[4]
    if (line ~ /policy drop/) policy[table, name] = "drop"
}
'
