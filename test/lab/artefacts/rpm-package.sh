#!/usr/bin/env bash
# Pack a directory as one .rpm, without compression: it is read from a disk nearby.
#
# usage: rpm-package.sh SPEC ROOT OUT_DIR     ROOT holds the files that SPEC names, by their places on a host
set -euo pipefail

spec=$1 root=$2 out=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed "s|^%files|%install\nmkdir -p %{buildroot}\ncp -a $root/. %{buildroot}/\n%files|" "$spec" >"$work/package.spec"
# Nothing of the machine's own settings; no scripts that strip programs or look for their libraries.
settings=("_topdir $work" "_rpmdir $work/rpms" '_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm' "_dbpath $work/db"
    '_binary_payload w.ufdio' '_build_id_links none' 'debug_package %{nil}' '__os_install_post %{nil}')
rpmbuild -bb --quiet --target x86_64 --buildroot "$work/root" "${settings[@]/#/--define=}" "$work/package.spec" \
    >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    exit 1
}
mv "$work"/rpms/*.rpm "$out"
