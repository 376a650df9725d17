# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by precheck.sh: how findings are told.
set -euo pipefail

# look_at_node: sets `ours` to yes where this program has made the host a node, or was cut off while it did, and `living`
# to yes where it is one.
look_at_node() {
    ours=no living=no
    if [ -e "$STATE/cluster-identity" ] || [ -e "$STATE/joining" ]; then ours=yes; fi
    if [ -e "$STATE/initialised" ] || [ -e "$STATE/joined" ]; then living=yes; fi
}

# fact NAME VALUE: something that means more beside what other hosts say.
fact() {
    local value=${2//[$'\t\n']/ }
    answer $'fact\t'"$1"$'\t'"$value"
}

print_facts() {
    local found
    # First, so that the reader can tell how far this clock is from its own.
    found=$(date +%s.%N)
    fact clock "$found"
    fact hostname "$HOSTNAME"
    found=
    if [ -r /etc/machine-id ]; then found=$(</etc/machine-id); fi
    fact machine-id "$found"
    found=
    if [ -r /sys/class/dmi/id/product_uuid ]; then found=$(</sys/class/dmi/id/product_uuid); fi
    fact product_uuid "$found"
    found=${CARD:-}
    if [ -z "$found" ]; then found=$(card_of "$NODE_IP"); fi
    if [ -r "/sys/class/net/${found:-none}/mtu" ]; then
        found=$(<"/sys/class/net/$found/mtu")
        fact mtu "$found"
    fi
}

# finding error|warning CHECK FOUND WANTED FIX: a row of them, apart by tabs, for the reader of this check.
finding() {
    local field IFS=$'\t' row=(finding)
    for field in "$@"; do
        field=${field//[$'\t\n']/ }
        row+=("${field:--}")
    done
    printf '%s\n' "${row[*]}" >&3
}

# lack CHECK FOUND WANTED FIX: what keeps a host from becoming a node. A node that lives with it is not left alone for it.
lack() {
    local severity=error
    if [ "$living" = yes ]; then severity=warning; fi
    finding "$severity" "$@"
}

# read_rows: sets `rows` to the findings on standard input. What a check that stumbled said last is its reason.
read_rows() {
    local row said=
    rows=()
    while IFS= read -r row; do
        case $row in
        finding$'\t'*)
            rows+=("${row#*$'\t'}")
            ;;
        failed$'\t'*)
            said=${said//$'\t'/ }
            row="${row#*$'\t'}"$'\t'"this check failed: ${said:-it gave no reason}"$'\t'"an answer"$'\t'"run the check again; correct what it names on the host"
            if [ "$living" = yes ]; then rows+=("warning"$'\t'"$row"); else rows+=("error"$'\t'"$row"); fi
            said=
            ;;
        *) said=$row ;;
        esac
    done
}

# The rows, and the end by which the reader knows that none is missing.
print_findings() {
    local row rows
    read_rows
    for row in "${rows[@]}"; do answer $'finding\t'"$row"; done
    answer end
}

# All errors of this host as one error; warnings are for those who ask.
stop_on_errors() {
    local row rows check found wanted fix errors=()
    read_rows
    for row in "${rows[@]}"; do
        if [[ $row != error$'\t'* ]]; then continue; fi
        IFS=$'\t' read -r _ check found wanted fix <<<"$row"
        errors+=("$check: $found; wanted: $wanted. $fix")
    done
    if [ ${#errors[@]} = 0 ]; then return 0; fi
    say "$NODE_NAME is not as Kubernetes needs it: ${#errors[@]} problem(s); nothing was changed on it"
    printf '  %s\n' "${errors[@]}" >&2
    exit 1
}
