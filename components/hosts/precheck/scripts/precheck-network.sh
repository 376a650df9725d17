# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: ports, names, and what the host must be able to fetch.
set -euo pipefail

# PORTS: lines tcp|udp NUMBER WHAT. A node's ports are taken by its own cluster.
check_ports() {
    local protocol number what taken holder place
    if [ "$ours" = yes ]; then return 0; fi
    # Read from the kernel: a bare host may have no tool for it, or no IPv6. 0A = listening, 07 = an open UDP socket.
    taken=$(awk 'FNR > 1 { p = FILENAME ~ /tcp/ ? "tcp" : "udp"; n = split($2, at, ":") }
        FNR > 1 && $4 == (p == "tcp" ? "0A" : "07") { print p, at[n] }' /proc/net/{tcp,tcp6,udp,udp6} 2>/dev/null) || :
    while read -r protocol number what; do
        if [ -z "$protocol" ]; then continue; fi
        printf -v place '%s %04X' "$protocol" "$number"
        if [[ $'\n'$taken$'\n' != *$'\n'"$place"$'\n'* ]]; then continue; fi
        holder=$(ss -Hlnp"${protocol:0:1}" "sport = :$number" 2>/dev/null) || holder=
        holder=$(sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' <<<"$holder")
        holder=${holder%%$'\n'*}
        finding error "port $number" "${holder:-something} listens on $protocol $number" "free for the $what" \
            "stop it, or take another host; see: ss -lnp${protocol:0:1} sport = :$number"
    done <<<"$PORTS"
}

# NAMES: one a line.
check_names() {
    local name
    while read -r name; do
        if [ -n "$name" ] && ! timeout 5 getent ahostsv4 "$name" >/dev/null; then
            lack names "$name does not resolve" "an address for it" "correct this host's DNS or /etc/hosts, or the name in the configuration"
        fi
    done <<<"$NAMES"
    if ! timeout 5 getent hosts "$HOSTNAME" >/dev/null; then
        finding warning names "this host's own name $HOSTNAME does not resolve" "an address for it" "add it to /etc/hosts"
    fi
}

# probe NUMBER URL: one line, NUMBER and the HTTP status, or 000 and the reason. curl may be yet to be installed; then a
# connection must do.
probe() {
    local answer host port
    if command -v curl >/dev/null; then
        # The reason, then the three digits of the status.
        answer=$(http_proxy=$HTTP_PROXY_URL https_proxy=$HTTPS_PROXY_URL no_proxy=$NO_PROXY_LIST curl -sSL -o /dev/null -w '%{http_code}' --connect-timeout 5 --max-time 15 "$2" 2>&1) || :
        answer=${answer//$'\n'/ }
        printf '%s %s %s\n' "$1" "${answer: -3}" "${answer%???}"
        return 0
    fi
    # Nothing that is here already can speak through a proxy.
    if [ -n "$HTTP_PROXY_URL$HTTPS_PROXY_URL" ]; then
        echo "$1 200 not looked at"
        return 0
    fi
    host=${2#*://} host=${host%%/*} port=${host##*:}
    if [ "$port" = "$host" ]; then case $2 in https:*) port=443 ;; *) port=80 ;; esac; fi
    host=${host%:*}
    # shellcheck disable=SC2016  # the inner shell expands them
    if timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>/dev/null; then
        echo "$1 200 connected"
    else
        echo "$1 000 no connection to $host port $port"
    fi
}

# probe_all URL...: all at once; one that says nothing is one that did not answer.
probe_all() {
    local number=0 url
    for url; do
        probe "$number" "$url" &
        number=$((number + 1))
    done
    wait
}

# SOURCES: lines SEVERITY WHAT SETTING KIND URL..., of which one is enough. KIND file: must be there; registry: must answer.
check_sources() {
    local severity what setting kind urls url status reason lines=() addresses=() statuses=() reasons=() failures=() at answers
    local architecture index images line
    local -A works=()
    look_at_programs
    while read -r severity what setting kind urls; do
        if [ -z "$severity" ]; then continue; fi
        needed "$what"
        if [ "$needed" = no ]; then continue; fi
        for url in $urls; do
            url=${url//ARCH/$architecture} url=${url/%INDEX/$index}
            lines+=("$severity $what $setting $kind $url")
            addresses+=("$url")
        done
    done <<<"$SOURCES"
    answers=$(probe_all "${addresses[@]}")
    while read -r at status reason; do
        if [ -n "$at" ]; then statuses[at]=$status reasons[at]=$reason; fi
    done <<<"$answers"
    for ((at = 0; at < ${#lines[@]}; at++)); do
        read -r severity what setting kind url <<<"${lines[at]}"
        status=${statuses[at]:-000} reason=${reasons[at]:-}
        if [ "$status" = 200 ] || { [ "$kind" = registry ] && [[ $status =~ ^[2-4] ]]; }; then
            works[$what]=true
        else
            failures+=("$severity $what $setting $url ${status/000/} $reason")
        fi
    done
    for line in "${failures[@]}"; do
        read -r severity what setting url reason <<<"$line"
        # An image registry is not needed where its images are, and no source by a node that lives.
        if [ -n "${works[$what]:-}" ] || [ "$living" = yes ] || [[ $'\n'$images == *$'\n'"$what/"* ]]; then severity=warning; fi
        finding "$severity" "$what" "$url: ${reason:-no answer}" "an answer, and what is asked for" "correct $setting or this host's network"
    done
}

# look_at_programs: sets what the addresses of this host's programs depend on, and `images`, which may have been brought to
# a host that reaches no registry.
look_at_programs() {
    architecture=$(uname -m)
    case $architecture in aarch64) architecture=arm64 ;; *) architecture=amd64 ;; esac
    index=rpm/repodata/repomd.xml
    # Each can be had as a tool in the other's family, see look_at_manager.
    if command -v apt-get >/dev/null && { ! command -v dnf >/dev/null || [ -e /etc/debian_version ]; }; then index=deb/Release; fi
    images=$(ctr -n k8s.io images list -q 2>/dev/null) || images=
}

# needed WHAT: sets `needed` to no for what is on the host already.
needed() {
    local mark wanted found=
    needed=yes
    case $1 in
    binaries | packages) mark=kubernetes-version wanted=$KUBERNETES_VERSION ;;
    cni-plugins) mark=cni-plugins-version wanted=$CNI_PLUGINS_VERSION ;;
    containerd | runc) mark=containerd-version wanted="$CONTAINERD_VERSION $RUNC_VERSION" ;;
    *) return 0 ;;
    esac
    if [ -e "$STATE/$mark" ]; then found=$(<"$STATE/$mark"); fi
    if [ "$found" = "$wanted" ]; then needed=no; fi
}
