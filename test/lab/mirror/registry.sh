#!/usr/bin/env bash
# Take the image registry program out of Debian's package, without installing it: the package would start a service of its
# own on the machine, at the port that the lab's registry needs.
#
# usage: registry.sh OUT_FILE
set -euo pipefail

out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# The download is made by apt's own user.
chmod 755 "$work"
apt-get -qq update
apt-get -qq download docker-registry
dpkg-deb --extract ./docker-registry_*.deb content
mkdir -p "$(dirname "$out")"
cp content/usr/bin/docker-registry "$out.partial"
mv "$out.partial" "$out"
