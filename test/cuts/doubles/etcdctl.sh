# etcdctl: the members of etcd, and its data as a file.
sync_pods
words=()
while [ $# -gt 0 ]; do
    case $1 in
    --endpoints | --cacert | --cert | --key | --data-dir | --name | --initial-cluster | --initial-advertise-peer-urls)
        [ "$1" != --data-dir ] || directory=$2
        shift
        ;;
    --bump-revision) shift ;;
    -*) case $1 in --help) help=yes ;; esac ;;
    *) words+=("$1") ;;
    esac
    shift
done
running() {
    [ -e /sim/pods/etcd ] || [ -e /sim/remote-etcd ] || {
        echo '{"level":"warn","msg":"context deadline exceeded"}' >&2
        exit 1
    }
}
case "${words[0]} ${words[1]}" in
"member list")
    running
    if [ -s /sim/members ]; then cat /sim/members; else echo "8e9e05c52164694d, started, host-1, https://10.0.0.11:2380, https://10.0.0.11:2379, false"; fi
    ;;
"member remove")
    running
    { grep -v "^${words[2]}," /sim/members >/sim/members.new || :; } && mv /sim/members.new /sim/members
    ;;
"endpoint health") running ;;
"snapshot save")
    running
    tar -C /var/lib/etcd/member -cf "${words[2]}" . || exit 1
    ;;
"snapshot status") tar -tf "${words[2]}" >/dev/null 2>&1 || { echo "Error: snapshot file integrity check failed" >&2 && exit 1; } ;;
"snapshot restore")
    if [ "${help:-}" = yes ]; then
        echo "--bump-revision"
        exit 0
    fi
    [ ! -e "$directory" ] || { echo "Error: data-dir \"$directory\" not empty or could not be read" >&2 && exit 1; }
    mkdir -p "$directory/member" && tar -C "$directory/member" -xf "${words[2]}"
    ;;
esac
