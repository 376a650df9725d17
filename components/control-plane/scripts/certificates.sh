# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by init.sh, read-kubeconfig.sh and renew-certificates.sh: what the program learns of its certificates, and of the
# administrator's kubeconfig.
set -euo pipefail

readonly PKI=/etc/kubernetes/pki

# look_for_certificates: sets the arrays `renewable`, files that kubeadm can renew: certificates, and kubeconfigs that hold
# one; and `authorities`.
look_for_certificates() {
    local found file code
    found=$(find "$PKI" -name '*.crt' ! -name ca.crt ! -name front-proxy-ca.crt | sort)
    mapfile -t renewable <<<"$found"
    for file in /etc/kubernetes/*.conf; do
        if [ ! -e "$file" ]; then continue; fi
        code=0
        grep -qF client-certificate-data: "$file" || code=$?
        [ "$code" -le 1 ] || die "$file could not be read"
        if [ "$code" = 0 ]; then renewable+=("$file"); fi
    done
    found=$(find "$PKI" \( -name ca.crt -o -name front-proxy-ca.crt \) | sort)
    mapfile -t authorities <<<"$found"
}

# certificate_in FILE: the certificate of a file in PEM form, or the one in a kubeconfig, as kubectl reads it.
certificate_in() {
    case $1 in
    *.conf) kubectl --kubeconfig="$1" config view --raw --minify -o 'jsonpath={.users[0].user.client-certificate-data}' | base64 -d ;;
    *) cat "$1" ;;
    esac
}

# look_at_end FILE: sets `ends` to when its certificate expires.
look_at_end() {
    local certificate
    certificate=$(certificate_in "$1")
    ends=$(openssl x509 -noout -enddate <<<"$certificate") || die "no certificate could be read of $1; see: openssl x509 -in $1 -text"
    ends=$(date -u -d "${ends#notAfter=}" +%FT%TZ)
}

# look_at_expiry: sets the array `expiry`, lines of what expires and when, such as
# "# expires etcd/server 2027-11-23T08:15:00Z".
look_at_expiry() {
    local file name ends renewable authorities
    expiry=()
    look_for_certificates
    for file in "${renewable[@]}" "${authorities[@]}"; do
        if [ -z "$file" ]; then continue; fi
        name=${file#"$PKI/"} name=${name#/etc/kubernetes/}
        look_at_end "$file"
        expiry+=("# expires ${name%.*} $ends")
    done
}

# print_access: the administrator's kubeconfig with the dates and the lines of the array `more` behind it, sealed.
print_access() {
    local expiry text
    look_at_expiry
    text=$(</etc/kubernetes/admin.conf)
    printf -v text '%s\n' "$text" "${expiry[@]}" "${more[@]}"
    text=$(seal <<<"${text%$'\n'}")
    answer "$text"
}

# give_kubeconfig FILE USER GROUP: the login user's own copy, whole and never readable by others.
give_kubeconfig() {
    local new
    new=$(beside "$1")
    rm -f "$new"
    install -m 600 -o "$2" -g "$3" /etc/kubernetes/admin.conf "$new"
    sync "$new"
    mv -fT "$new" "$1"
}
