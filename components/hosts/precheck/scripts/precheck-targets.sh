# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what the program and the kubelet must be able to write and to read.
set -euo pipefail

check_kmsg() {
    local why
    why=$( (exec 3</dev/kmsg) 2>&1) || why=${why:-it cannot be opened}
    if [ -z "$why" ]; then return 0; fi
    lack kmsg "/dev/kmsg: ${why##*: }" "a /dev/kmsg that root can read: without it the kubelet ends" \
        "in LXC: lxc.mount.entry = /dev/kmsg dev/kmsg none defaults,bind,create=file in the container's configuration; or write 'L /dev/kmsg - - - - /dev/console' into /etc/tmpfiles.d/kmsg.conf, then systemd-tmpfiles --create"
}

# add PLACE: to `places`, once.
add() { if [[ " ${places[*]} " != *" $1 "* ]]; then places+=("$1"); fi; }

# nearest PATH: sets `place` to it: a file that is to be replaced, or a directory in which files are to be made; where it is
# not there, to the directory above it.
nearest() {
    place=$1
    while [ ! -e "$place" ]; do
        place=${place%/*}
        place=${place:-/}
    done
}

# fault_of PLACE FLAGS: sets `fault` to what keeps it from being written; FLAGS are the letters of chattr.
fault_of() {
    fault=
    case $2 in
    *i*) fault="is immutable" ;;
    *a*) fault="is append-only" ;;
    *)
        if [ ! -w "$1" ]; then
            fault="is read-only"
        elif [ -f "$1" ] && [[ $'\n'$mounts$'\n' == *$'\n'"$1"$'\n'* ]]; then
            # What is mounted on a file holds it in its place.
            fault="is a mount point"
        fi
        ;;
    esac
}

check_targets() {
    # shellcheck disable=SC2034  # look_at_cloud_init sets it
    local path mounts='' place places=() said='' flags fault fix managed='' templates=''
    local paths=(/etc/hosts /etc/sysctl.d /etc/modules-load.d /etc/systemd/system /etc/containerd/config.toml /etc/containerd/certs.d
        /etc/kubernetes/manifests /etc/cni/net.d /opt/cni/bin /opt/kubeadm-cluster/scripts /var/lib/kubelet/pki /var/lib/containerd
        /var/lib/kubeadm-cluster /var/log/kubeadm-cluster /run/kubeadm-cluster.lock)
    case $INSTALL in
    binaries) paths+=(/usr/local/bin/kubelet /usr/local/bin/kubeadm /usr/local/bin/kubectl) ;;
    packages) paths+=(/usr/bin/kubelet) ;;
    esac
    if [ "$NODE_ROLE" = control-plane ]; then paths+=("${ETCD_DATA_DIR:-/var/lib/etcd}"); fi
    look_at_cloud_init
    # shellcheck disable=SC2206  # one word for each
    paths+=($templates)
    if [ -r /proc/self/mountinfo ]; then mounts=$(awk '{ print $5 }' /proc/self/mountinfo); fi
    if [ -e /etc/fstab ] && [ "$KEEP_SWAP" != true ] && grep -qE '^[^#].*[[:space:]]swap[[:space:]]' /etc/fstab; then paths+=(/etc/fstab); fi
    for path in "${paths[@]}"; do
        nearest "$path"
        # A file is replaced in its directory.
        if [ -f "$place" ]; then add "${place%/*}"; fi
        add "$place"
    done
    # A file system without such flags is none that has one of them.
    if command -v lsattr >/dev/null; then said=$(lsattr -d -- "${places[@]}" 2>/dev/null) || :; fi
    for place in "${places[@]}"; do
        flags=
        if [[ $'\n'$said$'\n' =~ $'\n'([-A-Za-z]+)\ +"$place"$'\n' ]]; then flags=${BASH_REMATCH[1]}; fi
        fault_of "$place" "$flags"
        case $fault in
        '') continue ;;
        *immutable) fix="chattr -i $place" ;;
        *append-only) fix="chattr -a $place" ;;
        *mount*) fix="umount $place, and take it out of what mounts it: a file that is mounted cannot be replaced" ;;
        *) fix="mount -o remount,rw \$(findmnt -no TARGET -T $place), and the same in /etc/fstab; a system that is read-only by design takes install none and containerd of its own" ;;
        esac
        lack "read-only" "$place $fault" "the program can write there" "$fix"
    done
}
