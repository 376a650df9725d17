#!/usr/bin/env bash
# Repack Debian's containerd and runc in the layout of their projects' releases, which no package registry has.
#
# usage: containerd-archive.sh SITE_DIR
#   makes SITE_DIR/containerd/vVERSION/... and SITE_DIR/runc/vVERSION/..., and last SITE_DIR/containerd/versions
set -euo pipefail

site=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# The download is made by apt's own user.
chmod 755 "$work"
umask 022
apt-get -qq update
apt-get -qq download containerd runc
for name in containerd runc; do dpkg-deb --extract ./"$name"_*.deb "$name"; done

# upstream NAME: Debian's version without what Debian adds to it, 1.6.20~ds1-1+b1 = 1.6.20
upstream() { dpkg-deb -f ./"$1"_*.deb Version | sed 's/[~+-].*//'; }
containerd=$(upstream containerd)
runc=$(upstream runc)
runc=v$runc

out=$site/containerd/v$containerd archive=containerd-$containerd-linux-amd64.tar.gz
mkdir -p "$out" bin "$site/runc/$runc"
cp containerd/usr/bin/{containerd,containerd-shim-runc-v2,ctr} bin
tar --owner=0 --group=0 -czf "$out/$archive" bin
(cd "$out" && sha256sum "$archive" >"$archive.sha256sum")
cp runc/usr/sbin/runc "$site/runc/$runc/runc.amd64"
(cd "$site/runc/$runc" && sha256sum runc.amd64 >runc.sha256sum)
echo "$containerd $runc" >"$site/containerd/versions"
