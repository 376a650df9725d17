# shellcheck shell=bash disable=SC2154,SC2016,SC2034
# Sourced by prepare-packages.sh and install-kubernetes.sh: apt and dnf, also where an earlier run of theirs was cut off.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=rpm-database.sh
. "${BASH_SOURCE[0]%/*}/rpm-database.sh"

# look_at_manager: sets `manager` to apt, to dnf, or to nothing. Each can be had as a tool in the other's family.
look_at_manager() {
    manager=
    if command -v dnf >/dev/null; then manager=dnf; fi
    if command -v apt-get >/dev/null && { [ -z "$manager" ] || [ -e /etc/debian_version ]; }; then manager=apt; fi
}

# look_at_package NAME: sets `found` to its version on this host, or to nothing where it is not there.
look_at_package() {
    local said manager installed code=0
    found=
    look_at_manager
    if [ "$manager" = apt ]; then
        said=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null) || code=$?
        # Of what it does not know it says so, with code 1.
        [[ "$code" -le 1 && "$code$said" != 0 ]] ||
            die "dpkg-query fails with exit code $code, or says nothing, when it is asked for $1; see: dpkg --audit"
        if [[ "$said" == "installed "* ]]; then found=${said#installed }; fi
    else
        ask_rpm '%{VERSION}-%{RELEASE}' "$1"
        found=${installed[0]:-}
    fi
}

# by_apt MESSAGE ARGUMENT...: apt-get; ends the script with MESSAGE and apt's own reason where it fails.
by_apt() {
    local message=$1
    shift
    run_packages "$message" "${APT_GET[@]}" "$@"
}

# by_dnf MESSAGE ARGUMENT...: what the owner has locked to a version is held for others, not for this program.
by_dnf() {
    local message=$1 exceptions='' options=(-y --setopt=exit_on_lock=True)
    shift
    if [ -e /etc/dnf/plugins/versionlock.conf ]; then options+=(--disableplugin=versionlock); fi
    # dnf takes its exceptions from the environment alone.
    if [ -e "$STATE/proxy.env" ]; then exceptions=$(sed -n 's/^no_proxy="\(.*\)"$/\1/p' "$STATE/proxy.env"); fi
    local -x no_proxy=$exceptions
    await_dnf
    run_packages "$message" dnf "${options[@]}" "$@"
}

run_packages() {
    local message=$1 code reason
    shift
    attempt packages "$@"
    if [ "$code" = 0 ]; then return 0; fi
    # dnf says what does not go together in the lines behind.
    reason=$(awk '/^== / { reason = ""; more = 0 }
        more > 0 && /^ / { sub(/^ +/, " "); reason = reason $0; more--; next }
        reason == "" && /^([EN]: |[Ee]rror: |dpkg: error|No match for argument|GPG )/ { reason = $0; sub(/ +$/, "", reason); more = reason ~ /:$/ ? 2 : 0 }
        END { print reason }' "$LOGS/packages.log")
    die "$message${reason:+; it says: $reason}"
}

# mend_packages NAME...: goes on where the package manager was cut off, by power or by a step's limit.
mend_packages() {
    local manager
    look_at_manager
    case $manager in
    apt) mend_dpkg ;;
    dnf) mend_rpm "$@" ;;
    esac
}

# mend_dpkg: until then apt refuses whatever it is asked.
mend_dpkg() {
    local unfinished code
    unfinished=$(dpkg --audit) || die "dpkg cannot be asked what is installed by half; see: dpkg --audit"
    if [ -z "$unfinished" ] && ! compgen -G '/var/lib/dpkg/updates/*' >/dev/null; then return 0; fi
    say "dpkg was interrupted on this host; it goes on: dpkg --configure -a"
    # Another one that runs right now is waited for by apt, and what this cannot mend apt gives the reason of.
    attempt packages dpkg --configure -a --force-confdef --force-confold
}
