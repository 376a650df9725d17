# shellcheck shell=bash
# Sourced by precheck.sh: ports, names, and what the host must be able to fetch.

# PORTS: lines tcp|udp NUMBER WHAT. A node's ports are taken by its own cluster.
check_ports() {
    local protocol number what taken holder
    ! is_ours || return 0
    # Read from the kernel: a bare host may have no tool for it. 0A = listening, 07 = an open UDP socket.
    taken=$(awk 'FNR > 1 { p = FILENAME ~ /tcp/ ? "tcp" : "udp"; n = split($2, at, ":") }
        FNR > 1 && $4 == (p == "tcp" ? "0A" : "07") { print p, at[n] }' /proc/net/{tcp,tcp6,udp,udp6} 2>/dev/null) || true
    while read -r protocol number what; do
        [ -n "$protocol" ] || continue
        grep -qxF "$protocol $(printf '%04X' "$number")" <<<"$taken" || continue
        holder=$(ss -Hlnp"${protocol:0:1}" "sport = :$number" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head -n 1) || true
        finding error "port $number" "${holder:-something} listens on $protocol $number" "free for the $what" \
            "stop it, or take another host; see: ss -lnp${protocol:0:1} sport = :$number"
    done <<<"$PORTS"
}

# NAMES: one a line.
check_names() {
    local name own
    while read -r name; do
        [ -z "$name" ] || timeout 5 getent ahostsv4 "$name" >/dev/null ||
            lack names "$name does not resolve" "an address for it" "correct this host's DNS or /etc/hosts, or the name in the configuration"
    done <<<"$NAMES"
    own=$(hostname)
    timeout 5 getent hosts "$own" >/dev/null ||
        finding warning names "this host's own name $own does not resolve" "an address for it" "add it to /etc/hosts"
}

# probe URL: the HTTP status, or 000 and the reason. curl may be yet to be installed; then a connection must do.
probe() {
    local answer host port
    if command -v curl >/dev/null; then
        # The reason, then the three digits of the status.
        answer=$(http_proxy=$HTTP_PROXY_URL https_proxy=$HTTPS_PROXY_URL no_proxy=$NO_PROXY_LIST curl -sSL -o /dev/null -w '%{http_code}' --connect-timeout 5 --max-time 15 "$1" 2>&1 | tr '\n' ' ') || true
        printf '%s %s\n' "${answer: -3}" "${answer%???}"
        return
    fi
    # Nothing that is here already can speak through a proxy.
    if [ -n "$HTTP_PROXY_URL$HTTPS_PROXY_URL" ]; then
        echo "200 not looked at"
        return
    fi
    host=${1#*://} host=${host%%/*} port=${host##*:}
    if [ "$port" = "$host" ]; then case $1 in https:*) port=443 ;; *) port=80 ;; esac; fi
    host=${host%:*}
    # shellcheck disable=SC2016  # the inner shell expands them
    if timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>/dev/null; then
        echo "200 connected"
    else
        echo "000 no connection to $host port $port"
    fi
}

# SOURCES: lines SEVERITY WHAT SETTING KIND URL..., of which one is enough. KIND file: must be there; registry: must answer.
check_sources() {
    local severity what setting kind urls url status reason lines=() answers=() at answer
    while read -r severity what setting kind urls; do
        if [ -z "$severity" ] || ! needed "$what"; then continue; fi
        for url in $urls; do
            url=${url//ARCH/$(arch_name)} url=${url/%INDEX/$(index_name)}
            lines+=("$severity $what $setting $kind $url")
            # All at once; each answer waits in a pipe of its own.
            exec {answer}< <(probe "$url")
            answers+=("$answer")
        done
    done <<<"$SOURCES"
    declare -A works=()
    local failures=()
    for ((at = 0; at < ${#lines[@]}; at++)); do
        read -r severity what setting kind url <<<"${lines[at]}"
        answer=${answers[at]}
        read -r -u "$answer" status reason || true
        exec {answer}<&-
        if [ "$status" = 200 ] || { [ "$kind" = registry ] && [[ $status =~ ^[2-4] ]]; }; then
            works[$what]=true
        else
            failures+=("$severity $what $setting $url ${status/000/} $reason")
        fi
    done
    for answer in "${failures[@]}"; do
        read -r severity what setting url reason <<<"$answer"
        # An image registry is not needed where its images are, and no source by a node that lives.
        if [ -n "${works[$what]:-}" ] || is_living || has_images "$what"; then severity=warning; fi
        finding "$severity" "$what" "$url: ${reason:-no answer}" "an answer, and what is asked for" "correct $setting or this host's network"
    done
}

arch_name() { case $(uname -m) in aarch64) echo arm64 ;; *) echo amd64 ;; esac; }

index_name() { if command -v apt-get >/dev/null; then echo deb/Release; else echo rpm/repodata/repomd.xml; fi; }

# needed WHAT: false for what is on the host already.
needed() {
    case $1 in
    binaries | packages) [ "$(cat "$STATE/kubernetes-version" 2>/dev/null)" != "$KUBERNETES_VERSION" ] ;;
    cni-plugins) [ "$(cat "$STATE/cni-plugins-version" 2>/dev/null)" != "$CNI_PLUGINS_VERSION" ] ;;
    containerd | runc) [ "$(cat "$STATE/containerd-version" 2>/dev/null)" != "$CONTAINERD_VERSION $RUNC_VERSION" ] ;;
    esac
}

# has_images REGISTRY: images may have been brought to a host that reaches no registry.
has_images() { ctr -n k8s.io images list -q 2>/dev/null | grep "^$1/" >/dev/null; }
