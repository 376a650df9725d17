# curl: a site in the layouts of dl.k8s.io and its like, with sums; and this host's own components.
url= out= write= head=
while [ $# -gt 0 ]; do
    case $1 in
    -o | --output) out=$2 && shift ;;
    -w | --write-out) write=$2 && shift ;;
    -m | --max-time | --retry | --connect-timeout | --proto-redir | --proto | --max-filesize | -H | --cacert | --cert | --key | --retry-max-time | --speed-limit | --speed-time) shift ;;
    -I | --head) head=yes ;;
    -*) ;;
    *) url=$1 ;;
    esac
    shift
done
stub() { printf '#!/bin/bash -p\nexec /usr/lib/cuts/double --as %s %s "$@"\n' "$1" "$2"; }
lost() { echo "curl: (7) Failed to connect to ${1#*://}: Connection refused" >&2 && exit 7; }
answer() {
    local base version
    case $1 in
    *.sha256 | *.sha256sum)
        base=${1%.sha256*}
        # runc's sums stand in one file for all architectures.
        case $base in */runc) base=$base.amd64 ;; esac
        printf '%s  %s\n' "$(answer "$base" | sha256sum | cut -d' ' -f1)" "${base##*/}"
        ;;
    */bin/linux/*/kube*)
        version=${1%/bin/linux/*}
        stub "${1##*/}" "${version##*/}"
        ;;
    */cni-plugins-*.tgz) cat /usr/lib/cuts/site/cni-plugins.tgz ;;
    */containerd-*.tar.gz) cat /usr/lib/cuts/site/containerd.tar.gz ;;
    */runc.*) stub runc 1.2.3 ;;
    http://127.0.0.1:2381/health)
        sync_pods
        [ -e /sim/pods/etcd ] || lost "$1"
        printf '{"health":"true","reason":""}'
        ;;
    http://127.0.0.1:2381/metrics)
        sync_pods
        [ -e /sim/pods/etcd ] || lost "$1"
        echo "etcd_server_has_leader 1"
        [ ! -e /sim/etcd-peers ] || cat /sim/etcd-peers
        ;;
    https://127.0.0.1:*)
        sync_pods
        case $1 in
        *:6443/*) [ -e /sim/pods/kube-apiserver ] && [ -e /sim/pods/etcd ] || lost "$1" ;;
        *:10257/*) [ -e /sim/pods/kube-controller-manager ] || lost "$1" ;;
        *:10259/*) [ -e /sim/pods/kube-scheduler ] || lost "$1" ;;
        esac
        printf ok
        ;;
    *Release.key | *repomd.xml.key) printf -- '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n' ;;
    *) printf 'something\n' ;;
    esac
}
if [ -n "$out" ] && [ "$fault" = empty ]; then
    : >"$out"
elif [ -n "$out" ]; then
    answer "$url" >"$out" || {
        echo "curl: (23) Failure writing output to destination" >&2
        exit 23
    }
elif [ -z "$head" ]; then
    answer "$url"
fi
[ -z "$write" ] || printf '%b' "${write//'%{http_code}'/200}"
