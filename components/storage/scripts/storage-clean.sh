#!/usr/bin/env bash
# The storage is gone: remove what it left on this host, and wipe the devices that were given to it.
# inputs (standard input, see read_inputs):
#   DEVICES         paths, one a line
#   DATA_DIR        where Ceph's daemons keep their files on this host
#   DESTROY_DATA    true = the user consents to the loss of the data
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs DEVICES DATA_DIR DESTROY_DATA
# shellcheck source-path=SCRIPTDIR source=empty.sh
. "$here/empty.sh"
# shellcheck source-path=SCRIPTDIR source=storage-devices.sh
. "$here/storage-devices.sh"
# shellcheck source-path=SCRIPTDIR source=storage-data.sh
. "$here/storage-data.sh"
lock
readonly KUBELET=/var/lib/kubelet

if [ "$DESTROY_DATA" != true ]; then
    if [ -e "$DATA_DIR" ] || [ -n "$DEVICES" ]; then
        say "$HOSTNAME: $DATA_DIR and the devices are left as they are, for storage.destroyData is not set: ${DEVICES//$'\n'/ }"
    fi
    data_place "$DATA_DIR"
    forget "$DEVICE_RECORD" "$place/$DATA_MARK"
    exit 0
fi

# Mounts of a Ceph that no longer answers hang whoever looks at them.
while read -r source target type _; do
    case $type:$source:$target in
    ceph:* | fuse.ceph-fuse:* | *:/dev/rbd*:"$KUBELET"/*)
        printf -v target '%b' "$target"
        umount -f -l -- "$target" 2>/dev/null || :
        ;;
    esac
done </proc/self/mounts

# clean_data: only what was given to Ceph, or holds nothing but its files.
clean_data() {
    local place unfit holds
    data_place "$DATA_DIR"
    if [ ! -d "$place" ]; then return 0; fi
    data_holds
    if [ -z "$unfit" ] && [ ! -e "$place/$DATA_MARK" ] && [ "$holds" = others ]; then unfit="is not known to be Ceph's alone"; fi
    if [ -n "$unfit" ]; then
        say "$HOSTNAME: $DATA_DIR $unfit; it is left as it is. Remove by hand what Ceph has left there"
        return 0
    fi
    empty "$place" "$DATA_MARK"
    # A mount point of its own stays.
    rmdir -- "$place" 2>/dev/null || :
}
clean_data
for directory in "$KUBELET"/plugins/rook-ceph.*.csi.ceph.com "$KUBELET"/plugins_registry/rook-ceph.*.csi.ceph.com* \
    "$KUBELET"/plugins/kubernetes.io/csi/rook-ceph.*.csi.ceph.com; do
    unmount_below "$directory"
    rm -rf --one-file-system -- "$directory"
done

# no_users DEVICE: waits until nothing holds it open; sets `pids` to who still does.
no_users() {
    local tries
    for ((tries = 0; tries < 30 && SECONDS < STEP_SECONDS - 15; tries++)); do
        pids=$(users "$1")
        if [ -z "$pids" ]; then return 0; fi
        sleep 2
    done
}

wipe() {
    local device=$1 stands sign now known size at pids=
    if [ ! -b "$device" ]; then
        say "$HOSTNAME: $device is not there any more; nothing of it was wiped"
        return 0
    fi
    now=$(identity "$device")
    known=$(recorded "$device")
    if [ -z "$now" ] || [ "$known" != "$now" ]; then
        say "$HOSTNAME: $device is not known to be the device that was given to Ceph (${now:-no identity}); it is left as it is"
        return 0
    fi
    stands=$(obstacle "$device")
    [ -z "$stands" ] || die "$device is not wiped: $stands; free it, then run this again"
    sign=$(signature "$device")
    [ -z "$sign" ] || [ "$sign" = ceph_bluestore ] ||
        die "$device is not wiped: it holds $sign, which is not Ceph's; clear it by hand (wipefs -a $device), then run this again"
    no_users "$device"
    [ -z "$pids" ] || die "$device is not wiped: still in use by process $pids; end it, then run this again"

    wipefs -q -a "$device"
    size=$(blockdev --getsize64 "$device")
    dd if=/dev/zero of="$device" bs=1M count=$((size < 104857600 ? size / 1048576 : 100)) conv=notrunc status=none
    # Newer Ceph keeps copies of its label at these places, in GiB, by which it knows the device again (rook #15937).
    for at in 1 10 100 1000; do
        if [ "$size" -le $((at * 1073741824 + 1048576)) ]; then continue; fi
        dd if=/dev/zero of="$device" bs=1M count=1 seek=$((at * 1024)) conv=notrunc status=none
    done
    sync "$device"
    blockdev --flushbufs "$device"
    sign=$(signature "$device")
    [ -z "$sign" ] || die "$device was wiped and still holds $sign; look at it by hand"
}
while IFS= read -r device; do
    if [ -n "$device" ]; then wipe "$device"; fi
done <<<"$DEVICES"
forget "$DEVICE_RECORD"
