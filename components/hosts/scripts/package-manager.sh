# shellcheck shell=bash disable=SC2154,SC2016,SC2034
# Sourced by prepare-packages.sh and install-kubernetes.sh: apt and dnf, also where an earlier run of theirs was cut off.
set -euo pipefail

# look_at_package NAME: sets `found` to its version on this host, or to nothing where it is not there.
look_at_package() {
    local said code=0
    found=
    if command -v apt-get >/dev/null; then
        said=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null) || code=$?
        # Of what it does not know it says so, with code 1.
        [[ "$code" -le 1 && "$code$said" != 0 ]] ||
            die "dpkg-query fails with exit code $code, or says nothing, when it is asked for $1; see: dpkg --audit"
        if [[ "$said" == "installed "* ]]; then found=${said#installed }; fi
    else
        said=$(rpm -q --queryformat '%{VERSION}-%{RELEASE}' "$1" 2>&1) || code=$?
        if [ "$code" = 0 ]; then found=$said; else
            [[ "$said" == *"is not installed"* ]] || die "rpm cannot be asked for $1: $said"
        fi
    fi
}

# by_apt MESSAGE ARGUMENT...: apt-get; ends the script with MESSAGE and apt's own reason where it fails.
by_apt() {
    local message=$1
    shift
    run_packages "$message" "${APT_GET[@]}" "$@"
}

# by_dnf MESSAGE ARGUMENT...
by_dnf() {
    local message=$1
    shift
    run_packages "$message" dnf -y "$@"
}

run_packages() {
    local message=$1 code reason
    shift
    attempt packages "$@"
    if [ "$code" = 0 ]; then return 0; fi
    reason=$(awk '/^== / { reason = "" } reason == "" && /^(E: |Error: |dpkg: error)/ { reason = $0 } END { print reason }' "$LOGS/packages.log")
    die "$message${reason:+; it says: $reason}"
}

# mend_dpkg: goes on where dpkg was cut off, by power or by a step's limit: until then apt refuses whatever it is asked.
mend_dpkg() {
    local unfinished code
    unfinished=$(dpkg --audit) || die "dpkg cannot be asked what is installed by half; see: dpkg --audit"
    if [ -z "$unfinished" ] && ! compgen -G '/var/lib/dpkg/updates/*' >/dev/null; then return 0; fi
    say "dpkg was interrupted on this host; it goes on: dpkg --configure -a"
    # Another one that runs right now is waited for by apt, and what this cannot mend apt gives the reason of.
    attempt packages dpkg --configure -a --force-confdef --force-confold
}
