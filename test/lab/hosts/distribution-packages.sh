#!/usr/bin/env bash
# Make a signed repository of .rpm files out of .deb files: the same programs under the names that the RHEL family has for
# them, each requiring those of the others that it needs. What else they need is in the root file system already.
#
# usage: distribution-packages.sh DEB_DIR OUT_DIR
set -euo pipefail

debs=$1 out=$2
here=$(readlink -f "$0")
here=${here%/*}/../artefacts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
mkdir -p "$out/x86_64"

declare -A names=([conntrack]=conntrack-tools [iptables]=iptables-nft [containerd]=containerd.io) files=()
# What these packages answer to as well, as the family's do.
declare -A also=([conntrack-tools]=conntrack [iptables-nft]='iptables ebtables')
for deb in "$debs"/*.deb; do
    name=$(dpkg-deb -f "$deb" Package)
    files[$name]=$deb
done

# requires DEB: its dependencies among these files, by their names here.
requires() {
    local fields name
    fields=$(dpkg-deb -f "$1" Depends Pre-Depends)
    fields=$(sed 's/^[A-Za-z-]*: *//; s/([^)]*)//g; s/:any//g; s/[,|]/ /g' <<<"$fields")
    for name in $fields; do
        if [ -n "${files[$name]:-}" ]; then printf 'Requires: %s\n' "${names[$name]:-$name}"; fi
    done
}

# Links that Debian's packages make when they are installed.
links() {
    local program
    [ "$1" = iptables-nft ] || return 0
    for program in iptables ip6tables; do
        for verb in '' -save -restore; do ln -sf xtables-nft-multi "$2/usr/sbin/$program$verb"; done
    done
    for program in ebtables arptables; do ln -sf xtables-nft-multi "$2/usr/sbin/$program"; done
}

for name in "${!files[@]}"; do
    deb=${files[$name]} own=${names[$name]:-$name} root=$work/$name
    dpkg-deb --extract "$deb" "$root"
    rm -rf "${root:?}"/{etc/init.d,etc/default,usr/share}
    # /lib and /sbin are links in the root file system.
    for directory in lib sbin bin; do
        if [ -d "$root/$directory" ]; then
            mkdir -p "$root/usr/$directory"
            cp -a "$root/$directory/." "$root/usr/$directory"
            rm -rf "${root:?}/$directory"
        fi
    done
    links "$own" "$root"
    version=$(dpkg-deb -f "$deb" Version)
    version=${version#*:}
    version=${version%%[~+-]*}
    {
        printf '%s: %s\n' Name "$own" Version "$version" Release 1.el9 Summary "$own, packed by the lab" License GPL AutoReqProv no
        for word in ${also[$own]:-}; do printf 'Provides: %s = %s\n' "$word" "$version"; done
        requires "$deb"
        printf '%%description\n%s, packed by the lab.\n%%files\n' "$own"
        find "$root" -mindepth 1 ! -type d -printf '"/%P"\n'
    } >"$work/$name.spec"
    "$here/rpm-package.sh" "$work/$name.spec" "$root" "$out/x86_64"
done
"$here/rpm-sign.sh" "$out"
