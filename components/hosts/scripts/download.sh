# shellcheck shell=bash
# Sourced by scripts that bring programs to the host: verified downloads, through the proxy where there is one.
# inputs: PINNED_SUMS, lines NAME VERSION ARCH SHA256: for these files no sum of the mirror is asked
set -euo pipefail

# download URL [ARGUMENT...]: curl; sets `code`. It ends, with its reason, where nothing comes any more.
download() {
    local address=$1 only=() name value
    if [[ "$address" == https:* ]]; then only=(--proto-redir "=https"); fi
    shift
    if [ -e "$STATE/proxy.env" ]; then
        local -x HTTP_PROXY='' http_proxy='' HTTPS_PROXY='' https_proxy='' NO_PROXY='' no_proxy=''
        # systemd reads the same lines; nothing in them is expanded there either.
        while IFS='=' read -r name value; do
            value=${value#\"}
            if [[ "$name" =~ ^([A-Z]+_PROXY|[a-z]+_proxy)$ ]]; then printf -v "$name" '%s' "${value%\"}"; fi
        done <"$STATE/proxy.env"
    fi
    code=0
    curl -fsSL --retry 3 --connect-timeout 10 --speed-limit 1000 --speed-time 60 "${only[@]}" "$@" "$address" || code=$?
}

# download_text URL: sets `text` to what is there, and `code` as download does.
download_text() {
    local said
    said=$(
        download "$1"
        printf '/%s' "$code"
    )
    code=${said##*/} text=${said%/*}
    text=${text%$'\n'}
}

# pinned_sum NAME VERSION: sets `sum` to what the configuration says of this program, else to nothing.
pinned_sum() {
    local name version arch value machine
    machine=$(architecture)
    sum=
    while read -r name version arch value; do
        if [ "$name ${version#v} $arch" = "$1 ${2#v} $machine" ]; then sum=$value; fi
    done <<<"${PINNED_SUMS:-}"
}

# published_sum SUMS_URL FILE: sets `sum` to that of a mirror: it stands alone there, or in the line of the file's name.
published_sum() {
    local text
    download_text "$1"
    sum=
    if [ "$code" != 0 ]; then return 0; fi
    sum=$(awk -v name="$2" '{ sub(/^[*]/, "", $2) } !found && (NF == 1 || $2 == name) { print $1; found = 1 }' <<<"$text")
}

# fetch NAME VERSION URL SUMS_URL FILE: downloads and verifies.
fetch() {
    local url=$3 file=$5 sum found origin="its pinned one"
    pinned_sum "$1" "$2"
    if [ -z "$sum" ]; then
        origin="its published one"
        published_sum "$4" "${url##*/}"
    fi
    [ -n "$sum" ] ||
        die "cannot read the sum of ${url##*/} in $4; does the mirror have $1 $2? (see mirrors, and the versions, in the configuration)"
    download "$url" -o "$file"
    [ "$code" = 0 ] || die "cannot download $url; the line above says why"
    found=$(sha256sum <"$file")
    [ "${found%% *}" = "$sum" ] || die "$url has the SHA-256 ${found%% *}, $origin is $sum; nothing was installed"
}

# install_fetched FILE...: what was fetched, and so verified, beside these programs takes their places. keep_original goes
# before: by it reset.sh knows what was begun.
install_fetched() {
    local file new news=()
    for file; do
        new=$(beside "$file")
        chmod 755 "$new"
        news+=("$new")
    done
    sync "${news[@]}" || die "${news[*]} cannot be written to the disk; nothing was installed. See: df ${1%/*}"
    for file; do
        new=$(beside "$file")
        mv -f "$new" "$file" || unwritten "$file" "$new"
    done
    sync "${1%/*}"
}
