# shellcheck shell=bash disable=SC2034
# Sourced by precheck.sh: awk that leads packets through the rules of a packet filter. A packet is dropped only where that is
# sure: what a rule asks beyond this may be so, then it accepts and drops nothing.
set -euo pipefail

# Rules stand by table and chain; `walk` says accept, drop or return. 0 = no, 1 = yes, 2 = may be.
readonly WALK_RULES='
function both(one, other) { return one == 0 || other == 0 ? 0 : one == 1 && other == 1 ? 1 : 2 }
function not(one) { return one == 2 ? 2 : !one }
function number(address,  part) { split(address, part, "."); return ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4] }
# An address that nobody knows may lie in any network.
function lies_in(address, network,  part, size, ends) {
    if (network ~ /:/) return 0
    if (split(network, ends, "-") == 2) return address == "any" ? 2 : number(address) >= number(ends[1]) && number(address) <= number(ends[2])
    if (split(network, part, "/") == 1) part[2] = 32
    if (part[2] == 0) return 1
    if (part[2] ~ /\./ || part[1] !~ /^[0-9.]+$/) return 2
    if (address == "any") return 2
    size = 2 ^ (32 - part[2])
    return int(number(address) / size) == int(number(part[1]) / size)
}
function is_port(port, text,  ends) {
    if (protocol !~ /^(tcp|udp)$/) return 0
    if (port == "any" || text !~ /^[0-9]+([:-][0-9]+)?$/) return 2
    if (split(text, ends, /[:-]/) == 1) ends[2] = ends[1]
    return port >= ends[1] + 0 && port <= ends[2] + 0
}
# A client has any of the ports that are nobody else s.
function is_client_port(text,  ends) {
    if (split(text, ends, /[:-]/) == 1) ends[2] = ends[1]
    return ends[1] + 0 <= 32768 && ends[2] + 0 >= 60999
}
function is_link(link, text) {
    if (link == "any") return text == "lo" ? 0 : 2
    return text ~ /[+*]$/ ? index(link, substr(text, 1, length(text) - 1)) == 1 : link == text
}
function is_protocol(text) {
    if (text == "all" || text == "0") return 1
    if (text == "6") text = "tcp"
    if (text == "17") text = "udp"
    if (text == "112") text = "vrrp"
    return text == protocol
}
# Connections to a Service are led elsewhere first.
function is_state(text,  word, at, n) {
    n = split(tolower(text), word, ",")
    for (at = 1; at <= n; at++) if (word[at] == "new" || (word[at] == "dnat" && from == "pods")) return 1
    return 0
}
function rule(set, chain, text) { text_of[set, chain, ++rules[set, chain]] = text }
function walk(set, chain,  at, hit, verdict, end, left) {
    for (at = 1; at <= rules[set, chain]; at++) {
        hit = kind[set] == "nft" ? hits_nft(set, text_of[set, chain, at]) : hits_iptables(text_of[set, chain, at])
        verdict = target
        if (hit == 0 || verdict == "") continue
        if (verdict == "accept") return verdict
        if (verdict == "return") {
            if (hit == 1) return verdict
            left = 1
            continue
        }
        if (verdict == "drop") end = verdict
        else {
            # Chains in a circle are none that a kernel takes.
            if (++depth > 40) return "accept"
            end = walk(set, substr(verdict, 6))
            depth--
            if (end == "accept") return end
        }
        if (hit == 2) continue
        if (end == "drop") {
            if (left) return "return"
            if (verdict == "drop") by = chain ": " text_of[set, chain, at]
            return end
        }
        if (verdict ~ /^goto/) return end
    }
    return "return"
}
# led CHAIN: a chain that the kernel itself calls; where nothing decides, its policy does.
function led(set, chain,  end) {
    depth = 0
    end = walk(set, chain)
    if (end != "return" || policy[set, chain] != "drop") return end
    by = chain ": policy drop"
    return "drop"
}
'
