# shellcheck shell=bash disable=SC2034
# Sourced by precheck.sh: awk that reads what iptables-save writes, for precheck-rules.sh.
set -euo pipefail

readonly IPTABLES_RULES='
function any_port(text,  part, at, n, hit, found) {
    n = split(text, part, ",")
    for (at = 1; at <= n; at++) { hit = is_port(port, part[at]); if (hit == 1) return 1; if (hit) found = 2 }
    return found + 0
}
function local_type(text, end) { return text ~ /(^|,)LOCAL(,|$)/ ? end == "local" : text ~ /(^|,)UNICAST(,|$)/ ? end != "local" : 0 }
function hits_iptables(text,  n, at, hit, one, no, w) {
    n = split(text, word, " ")
    hit = 1
    target = ""
    for (at = 3; at <= n; at++) {
        w = word[at]
        no = 0
        if (w == "!") { no = 1; w = word[++at] }
        one = 1
        if (w == "-j" || w == "-g") {
            target = w == "-g" ? "goto " word[at + 1] : word[at + 1]
            if (target ~ /^(ACCEPT|RETURN|DROP)$/) target = tolower(target)
            else if (target == "REJECT") target = "drop"
            else if (target ~ /^(NF)?QUEUE$/) target = "accept"
            else if (w == "-j") target = word[at + 1] in known ? "jump " target : ""
            return hit
        }
        if (w == "-p") one = is_protocol(word[++at])
        else if (w == "-s") one = lies_in(source, word[++at])
        else if (w == "-d") one = lies_in(destination, word[++at])
        else if (w == "--src-range") one = lies_in(source, word[++at])
        else if (w == "--dst-range") one = lies_in(destination, word[++at])
        else if (w == "-i") one = is_link(came, word[++at])
        else if (w == "-o") one = is_link(goes, word[++at])
        else if (w ~ /^--(dport|dports|destination-port|destination-ports)$/) one = any_port(word[++at])
        else if (w ~ /^--(sport|sports|source-port|source-ports)$/) one = is_client_port(word[++at])
        else if (w == "--ctstate" || w == "--state") one = is_state(word[++at])
        else if (w == "--dst-type") one = local_type(word[++at], goes == "-" ? "local" : "far")
        else if (w == "--src-type") one = local_type(word[++at], "far")
        else if (w == "--pkt-type") one = word[++at] == "unicast"
        else if (w == "--syn") one = protocol == "tcp"
        else if (w == "--tcp-flags") { at += 2; one = protocol == "tcp" && word[at] == "SYN" ? 1 : 2 }
        else if (w == "--comment") at++
        else if (w == "-m") one = word[++at] ~ /^(tcp|udp|comment|conntrack|state|multiport|addrtype|iprange|pkttype)$/ ? 1 : 2
        else if (w ~ /^-/) one = 2
        else continue
        hit = both(hit, no ? not(one) : one)
    }
    return hit
}
function read_iptables(line,  part) {
    if (line ~ /^\*/) { table = back_end " " substr(line, 2); sets[table] = 1; kind[table] = "iptables" }
    else if (line ~ /^:/) {
        split(substr(line, 2), part, " ")
        known[part[1]] = 1
        policy[table, part[1]] = tolower(part[2])
    } else if (line ~ /^-A /) {
        # Comments and the like.
        gsub(/"([^"\\]|\\.)*"/, "_", line)
        split(line, part, " ")
        rule(table, part[2], line)
    }
}
'
