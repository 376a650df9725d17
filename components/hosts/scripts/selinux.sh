# shellcheck shell=bash disable=SC2034
# Sourced by prepare-selinux.sh and reset.sh: what SELinux enforces on this host, now and from its next boot on.
set -euo pipefail

readonly SELINUX_CONFIG=/etc/selinux/config
# Set where this program has let it go.
readonly SELINUX_ENFORCED=$STATE/selinux-enforced

# look_at_selinux: sets `enforces` to yes where it does now, and `text` to what its configuration is to be instead, to
# nothing where that does not enforce it at the next boot.
look_at_selinux() {
    local said line lines=()
    enforces=no text=
    if command -v getenforce >/dev/null; then
        said=$(getenforce) || said=
        case $said in
        Enforcing) enforces=yes ;;
        Permissive | Disabled) ;;
        *) die "getenforce does not say whether SELinux enforces its policy: ${said:-it says nothing}; see: sestatus" ;;
        esac
    fi
    if [ ! -e "$SELINUX_CONFIG" ]; then return 0; fi
    said=$(grep -cE '^[[:space:]]*SELINUX=enforcing[[:space:]]*$' "$SELINUX_CONFIG") || said=0
    if [ "$said" = 0 ]; then return 0; fi
    mapfile -t lines <"$SELINUX_CONFIG"
    for line in "${lines[@]}"; do
        if [[ "$line" =~ ^[[:space:]]*SELINUX=enforcing[[:space:]]*$ ]]; then line=SELINUX=permissive; fi
        text+=$line$'\n'
    done
    text=${text%$'\n'}
}

# relabel: a file that was written anew has the label of its directory's files, and SELinux wants this one's own.
relabel() {
    if [ "$enforces" = no ] && [ ! -e "$SELINUX_ENFORCED" ]; then return 0; fi
    if command -v restorecon >/dev/null && [ -e "$SELINUX_CONFIG" ]; then attempt selinux restorecon "$SELINUX_CONFIG"; fi
}

# restore_selinux: after the configuration is what it was.
restore_selinux() {
    local enforces text
    if [ ! -e "$SELINUX_ENFORCED" ]; then return 0; fi
    look_at_selinux
    relabel
    if [ "$enforces" = no ] && command -v setenforce >/dev/null; then
        must selinux "SELinux could not be set to enforce its policy again; see: sestatus. Run this again" setenforce 1
    fi
    forget "$SELINUX_ENFORCED"
}
