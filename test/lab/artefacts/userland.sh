#!/usr/bin/env bash
# Lay a small userland for images into a directory: a static shell and, where asked for, the packet filter programs that
# kube-proxy and flannel call. All of it is taken from the machine's own Debian packages.
#
# usage: userland.sh OUT_DIR shell|packet-filter
set -euo pipefail

out=$1 kind=$2
mkdir -p "$out"/{bin,sbin,etc,tmp,usr/sbin,usr/bin,run,var/run}
chmod 1777 "$out/tmp"
busybox=$(command -v busybox)
cp "$busybox" "$out/bin/busybox"
for applet in $("$out/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -sf busybox "$out/bin/$applet"
done
printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$out/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$out/etc/group"
[ "$kind" = packet-filter ] || exit 0

# A program with every shared library that it names.
with_libraries() {
    local library
    ldd "$1" | awk '/=> \// { print $3 } $1 ~ /^\// { print $1 }' | while read -r library; do
        mkdir -p "$out${library%/*}"
        cp -nL "$library" "$out$library"
    done
}

place() {
    local source
    source=$(command -v "$1")
    source=$(readlink -f "$source")
    cp "$source" "$out/usr/sbin/$1"
    with_libraries "$source"
}

place xtables-nft-multi
place xtables-legacy-multi
for program in nft conntrack ipset; do place "$program"; done
for family in iptables ip6tables; do
    for verb in '' -save -restore; do
        ln -sf xtables-nft-multi "$out/usr/sbin/$family$verb"
        ln -sf xtables-nft-multi "$out/usr/sbin/$family-nft$verb"
        ln -sf xtables-legacy-multi "$out/usr/sbin/$family-legacy$verb"
    done
done
# Matches and targets are loaded by name when a rule uses them.
extensions=$(dpkg -L iptables libxtables12 | awk '/\/xtables\/libxt_comment.so$/ && !found { print; found = 1 }')
extensions=${extensions%/*}
mkdir -p "$out$extensions"
for extension in "$extensions"/*.so; do
    cp "$extension" "$out$extensions/"
    with_libraries "$extension"
done
