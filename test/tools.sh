#!/usr/bin/env bash
# Make sure of the programs that lint and tests call: as root on Debian install what is missing, otherwise say how to.
# usage: tools.sh
set -euo pipefail

# Each program with Debian's package of it.
needed=(shellcheck:shellcheck git:git curl:curl openssl:openssl ssh-keygen:openssh-client python3:python3
    unshare:util-linux flock:util-linux)
packages=()
for pair in "${needed[@]}"; do
    command -v "${pair%%:*}" >/dev/null || packages+=("${pair#*:}")
done
[ "${#packages[@]}" -gt 0 ] || exit 0

user=$(id -u)
if [ "$user" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install --yes --no-install-recommends "${packages[@]}" >/dev/null
    exit 0
fi
echo "The tests need programs that are not installed. Debian and Ubuntu: sudo apt install ${packages[*]}" >&2
echo "Other systems have packages of nearly the same names. Then run this again." >&2
exit 1
