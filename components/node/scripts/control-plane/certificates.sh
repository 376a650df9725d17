# shellcheck shell=bash disable=SC2154
# Sourced by read-kubeconfig.sh and renew-certificates.sh: what the program learns of its certificates, and of the administrator's kubeconfig.

readonly PKI=/etc/kubernetes/pki

# Files that kubeadm can renew: certificates, and kubeconfigs that hold one.
renewable_files() {
    find "$PKI" -name '*.crt' ! -name ca.crt ! -name front-proxy-ca.crt
    find /etc/kubernetes -maxdepth 1 -name '*.conf' -exec grep -l client-certificate-data {} +
}

# The certificate of a file in PEM form, or the one in a kubeconfig.
certificate_in() {
    case $1 in
    *.conf) sed -n 's/^ *client-certificate-data: //p' "$1" | base64 -d ;;
    *) cat "$1" ;;
    esac
}

# Lines of what expires and when, such as "# expires etcd/server 2027-11-23T08:15:00Z".
expiry_dates() {
    local file name
    { renewable_files && find "$PKI" -name ca.crt -o -name front-proxy-ca.crt; } | sort | while read -r file; do
        name=${file#"$PKI/"} name=${name#/etc/kubernetes/}
        printf '# expires %s %s\n' "${name%.*}" "$(date -u -d "$(certificate_in "$file" | openssl x509 -noout -enddate | cut -d= -f2)" +%FT%TZ)"
    done
}

# The administrator's kubeconfig with the dates behind it in comments, sealed.
print_access() { { cat /etc/kubernetes/admin.conf && expiry_dates; } | seal; }
