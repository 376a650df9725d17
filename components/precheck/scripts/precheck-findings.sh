# shellcheck shell=bash
# Sourced by precheck.sh: how findings are told.

# This program has made the host a node, or was cut off while it did.
is_ours() { [ -e "$STATE/cluster-identity" ] || [ -e "$STATE/joining" ]; }
# It is a node.
is_living() { [ -e "$STATE/initialised" ] || [ -e "$STATE/joined" ]; }

# Rows SEVERITY, CHECK, FOUND, WANTED, FIX, apart by tabs.
findings=()

# finding error|warning CHECK FOUND WANTED FIX
finding() {
    local field IFS=$'\t' row=()
    for field in "$@"; do
        field=${field//[$'\t\n']/ }
        row+=("${field:--}")
    done
    findings+=("${row[*]}")
}

# lack CHECK FOUND WANTED FIX: what keeps a host from becoming a node. A node that lives with it is not left alone for it.
lack() {
    if is_living; then finding warning "$@"; else finding error "$@"; fi
}

# The rows, and the end by which the reader knows that none is missing.
print_findings() {
    local row
    for row in "${findings[@]}"; do printf 'finding\t%s\n' "$row"; done
    echo end
}

# All errors of this host as one error; warnings are for those who ask.
stop_on_errors() {
    local row check found wanted fix errors=()
    for row in "${findings[@]}"; do
        [[ $row == error$'\t'* ]] || continue
        IFS=$'\t' read -r _ check found wanted fix <<<"$row"
        errors+=("$check: $found; wanted: $wanted. $fix")
    done
    [ ${#errors[@]} -gt 0 ] || return 0
    say "$NODE_NAME is not as Kubernetes needs it: ${#errors[@]} problem(s); nothing was changed on it"
    printf '  %s\n' "${errors[@]}" >&2
    exit 1
}
