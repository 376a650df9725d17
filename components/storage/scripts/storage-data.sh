# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by the storage steps that run on every host, and part of precheck.sh: the directory of Ceph's daemons, and how it
# is known that nothing else is in it. Only such a directory is ever emptied.
set -euo pipefail

# Lies in a directory that was not there, or held nothing but Ceph's files, when it was given to Ceph: the mark goes where
# the directory goes, and another one that takes its place has none.
readonly DATA_MARK=.kubeadm-cluster-storage
# What a host lives on: none of these, nothing above them, and nothing below the second line's.
readonly HOST_PLACES="/bin /boot /dev /etc /home /lib /lib32 /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr
    /var /var/backups /var/cache /var/lib /var/lib/docker /var/local /var/lock /var/log /var/mail /var/opt /var/run /var/spool /var/tmp /usr/local /usr/share"
readonly CLOSED_PLACES="/dev /proc /sys /boot /bin /sbin /etc/kubernetes /usr/bin /usr/lib /usr/sbin
    /opt/kubeadm-cluster /var/lib/containerd /var/lib/etcd /var/lib/kubelet /var/lib/dpkg /var/lib/rpm /var/lib/systemd $STATE"

# data_place DIRECTORY: sets `place` to what it really is, behind links and "..", and `unfit` to why it must never be emptied.
data_place() {
    local one etcd
    unfit=
    place=$(realpath -m -- "$1")
    if [ -s "$STATE/etcd-data-dir" ]; then
        etcd=$(<"$STATE/etcd-data-dir")
        if [[ "$place/" == "$etcd/"* ]] || [[ "$etcd/" == "${place%/}/"* ]]; then unfit="shares its place with etcd's data in $etcd"; fi
    fi
    for one in $HOST_PLACES $CLOSED_PLACES; do
        if [[ "$one/" == "${place%/}/"* ]]; then unfit="is, or holds, $one of the host itself"; fi
    done
    for one in $CLOSED_PLACES; do
        if [[ "$place/" == "$one/"* ]]; then unfit="is in $one of the host itself"; fi
    done
}

# data_holds: sets `holds` to what is in $place: nothing, ceph (files that Rook makes, and no others), or others.
data_holds() {
    local entries entry
    holds=nothing
    if [ ! -d "$place" ]; then
        if [ -e "$place" ]; then holds=others; fi
        return 0
    fi
    entries=$(find "$place" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name ".*kubeadm-cluster-*" -printf '%f\n')
    while IFS= read -r entry; do
        case $entry in
        '') continue ;;
        mon-* | rook-ceph | exporter | osd[0-9]* | mgr-*) if [ ! -d "$place/$entry" ]; then holds=others; fi ;;
        *)
            # A namespace of another name.
            if ! compgen -G "$place/$entry/*.config" >/dev/null && ! compgen -G "$place/$entry/*keyring" >/dev/null; then holds=others; fi
            ;;
        esac
        if [ "$holds" = others ]; then return 0; fi
        holds=ceph
    done <<<"$entries"
}

# data_problem DIRECTORY: why Ceph cannot have it, and what to do, apart by "; "; nothing where it can. A new cluster's mons
# would find the old one's keys there, and never start.
data_problem() {
    local place unfit holds
    data_place "$1"
    if [ -n "$unfit" ]; then
        echo "$unfit; give storage.ceph.dataDir a directory of its own, such as /var/lib/rook"
        return 0
    fi
    if [ -e /etc/kubernetes/kubelet.conf ]; then return 0; fi
    data_holds
    case $holds in
    ceph) echo "holds the files of an earlier Ceph cluster; if they may be lost: rm -rf $place" ;;
    others) echo "holds files that are not Ceph's; give storage.ceph.dataDir a directory that is empty or not there" ;;
    esac
}
