# shellcheck shell=bash
# Sourced by scripts that bring programs to the host: verified downloads, through the proxy where there is one.

# with_proxy COMMAND...: the command in an environment that names the configured proxies.
with_proxy() (
    set -a
    # shellcheck source=/dev/null
    [ ! -e "$STATE/proxy.env" ] || . "$STATE/proxy.env"
    "$@"
)

download() { with_proxy curl -fsSL --retry 3 --connect-timeout 10 "$@"; }

# fetch URL SUMS_URL FILE WHAT: downloads and verifies; the sum stands in SUMS_URL alone, or in the line of the file's name.
fetch() {
    local url=$1 sums=$2 file=$3 sum found
    sum=$(download "$sums" | awk -v name="${url##*/}" '{ sub(/^[*]/, "", $2) } !found && (NF == 1 || $2 == name) { print $1; found = 1 }') || sum=
    [ -n "$sum" ] ||
        die "cannot read the sum of ${url##*/} in $sums; does the mirror have $4? (see mirrors, and the versions, in the configuration)"
    download -o "$file" "$url" || die "cannot download $url"
    found=$(sha256sum "$file" | cut -d' ' -f1)
    [ "$found" = "$sum" ] || die "$url has the SHA-256 $found, its published one is $sum; nothing was installed"
}
