# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by package-manager.sh: what rpm has, what a transaction that was cut off has left there, and who else is at work.
set -euo pipefail

# The keys by which rpm trusts packages that this program has brought, by rpm's names of them.
RPM_KEYS=$STATE/rpm-keys

# ask_rpm FORMAT NAME: sets `installed` to a line for each installation of that package, the newest first; to none where it
# is not there. Of a database that it cannot read rpm says the same as of a package that is not there, and an error beside.
ask_rpm() {
    local said code=0
    installed=()
    said=$(rpm -q --queryformat "%{INSTALLTIME} $1\n" "$2" 2>&1) || code=$?
    [[ -n "$said" && $'\n'$said != *$'\n'[Ee]rror:* ]] ||
        die "rpm cannot be asked for $2: ${said:-it says nothing}; see: rpm --rebuilddb"
    if [ "$code" != 0 ]; then
        [[ "$said" == *"is not installed"* ]] || die "rpm cannot be asked for $2: $said"
        return 0
    fi
    said=$(sed '/^warning:/d' <<<"$said" | sort -rn)
    mapfile -t installed <<<"$said"
    installed=("${installed[@]#* }")
}

# mend_rpm NAME...: a database that cannot be read is built anew from what it holds. A package that is there twice, since an
# upgrade was cut off between the new and the old one, loses the old one; files that both have stay.
mend_rpm() {
    local name said installed old code=0
    await_dnf
    said=$(rpm -q kubelet 2>&1) || code=$?
    if [[ $'\n'$said == *$'\n'[Ee]rror:* ]]; then
        say "rpm's database cannot be read on this host; it is built anew: rpm --rebuilddb"
        attempt packages rpm --rebuilddb
    fi
    for name; do
        ask_rpm '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}' "$name"
        for old in "${installed[@]:1}"; do
            if [ "${old##*.}" != "${installed[0]##*.}" ]; then continue; fi
            say "rpm has $name twice; $old goes, ${installed[0]} stays"
            must packages "$old could not be taken out of rpm's database; see: rpm -q $name" rpm -e --nodeps --noscripts "$old"
        done
        # What rpm was writing then: it takes the file's name when it is whole.
        rm -f "/usr/bin/$name;"*
    done
    if compgen -G '/opt/cni/bin/*;*' >/dev/null; then rm -f /opt/cni/bin/*\;*; fi
}

# look_at_files NAME...: sets `damaged` to those of these packages whose files are not what rpm has written.
look_at_files() {
    local name said code
    damaged=()
    for name; do
        code=0
        said=$(rpm -V --nodeps --noscripts --noconfig --nomtime --nouser --nogroup --nomode "$name" 2>&1) || code=$?
        if [ "$code" = 0 ] || [[ "$said" == *"is not installed"* ]]; then continue; fi
        damaged+=("$name")
    done
}

# await_dnf: another dnf ends before this one begins; dnf itself would wait without an end. A lock that a lost process has
# left goes: its number may be that of any other one by now.
await_dnf() {
    local tries file holder pid name
    for ((tries = 0; tries < 60; tries++)); do
        holder=
        for file in /var/cache/dnf/*_lock.pid /var/lib/dnf/*_lock.pid; do
            if [ ! -e "$file" ]; then continue; fi
            pid='' name=''
            # It has no line end, and may go meanwhile.
            pid=$(cat -- "$file" 2>/dev/null) || pid=
            if [[ "$pid" =~ ^[0-9]+$ ]] && [ -e "/proc/$pid/comm" ]; then read -r name 2>/dev/null <"/proc/$pid/comm" || name=; fi
            case $name in
            dnf* | yum* | python* | platform-python* | packagekit* | microdnf*) holder="$name, process $pid" ;;
            *) rm -f "$file" ;;
            esac
        done
        if [ -z "$holder" ]; then return 0; fi
        sleep 5
    done
    die "another package manager is at work on this host: $holder. Run this again when it has ended"
}

# known_keys: sets `keys` to the names of all keys that rpm trusts.
known_keys() {
    local installed
    ask_rpm '%{NAME}-%{VERSION}-%{RELEASE}' gpg-pubkey
    keys=("${installed[@]}")
}

# trust_key FILE: rpm trusts packages that are signed by it. Those that it trusted before are not this program's: they are
# written down before, so that what was cut off in between is known to the next run.
trust_key() {
    local keys key before=() own=() text
    known_keys
    if [ -e "$RPM_KEYS-before" ]; then mapfile -t before <"$RPM_KEYS-before"; else before=("${keys[@]}"); fi
    text=$(printf '%s\n' "${before[@]}")
    record "$RPM_KEYS-before" "$text"
    must packages "rpm does not take the signing key of mirrors.packages; see mirrors.packagesKey" rpm --import "$1"
    known_keys
    if [ -e "$RPM_KEYS" ]; then mapfile -t own <"$RPM_KEYS"; fi
    for key in "${keys[@]}"; do
        if [[ " ${before[*]} ${own[*]} " != *" $key "* ]]; then own+=("$key"); fi
    done
    text=$(printf '%s\n' "${own[@]}")
    record "$RPM_KEYS" "$text"
    forget "$RPM_KEYS-before"
}

# distrust_keys: rpm trusts only what it did before.
distrust_keys() {
    local keys key own=()
    if [ ! -e "$RPM_KEYS" ]; then return 0; fi
    mapfile -t own <"$RPM_KEYS"
    known_keys
    for key in "${own[@]}"; do
        if [[ -n "$key" && " ${keys[*]} " == *" $key "* ]]; then
            must packages "the signing key $key could not be taken from rpm; see: rpm -q gpg-pubkey" rpm -e "$key"
        fi
    done
    forget "$RPM_KEYS"
}
