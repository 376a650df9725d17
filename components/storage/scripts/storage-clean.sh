#!/usr/bin/env bash
# The storage is gone: remove what it left on this host, and wipe the devices that were given to it.
# inputs (standard input, see read_inputs):
#   DEVICES         paths, one a line
#   DATA_DIR        where Ceph's daemons keep their files on this host
#   DESTROY_DATA    true = the user consents to the loss of the data
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../../node/scripts/lib.sh
. "$here/lib.sh"
read_inputs DEVICES DATA_DIR DESTROY_DATA
# shellcheck source-path=SCRIPTDIR source=storage-devices.sh
. "$here/storage-devices.sh"
lock
readonly KUBELET=/var/lib/kubelet

if [ "$DESTROY_DATA" != true ]; then
    if [ -e "$DATA_DIR" ] || [ -n "$DEVICES" ]; then
        say "$(hostname): $DATA_DIR and the devices are left as they are, for storage.destroyData is not set: ${DEVICES//$'\n'/ }"
    fi
    rm -f "$DEVICE_RECORD"
    exit 0
fi

# Mounts of a Ceph that no longer answers hang whoever looks at them.
while read -r source target type _; do
    case $type:$source:$target in
    ceph:* | fuse.ceph-fuse:* | *:/dev/rbd*:"$KUBELET"/*)
        umount -f -l "$(printf '%b' "$target")" 2>/dev/null || true
        ;;
    esac
done </proc/self/mounts

if [ -d "$DATA_DIR" ]; then
    find "$DATA_DIR" -xdev -mindepth 1 -delete ||
        die "$DATA_DIR could not be emptied; see: fuser -v -m $DATA_DIR, then run this again"
    # A mount point of its own stays.
    rmdir "$DATA_DIR" 2>/dev/null || true
fi
rm -rf --one-file-system "$KUBELET"/plugins/rook-ceph.*.csi.ceph.com "$KUBELET"/plugins_registry/rook-ceph.*.csi.ceph.com*
rm -rf --one-file-system "$KUBELET"/plugins/kubernetes.io/csi/rook-ceph.*.csi.ceph.com

wipe() {
    local device=$1 stands sign now size at
    [ -b "$device" ] || {
        say "$(hostname): $device is not there any more; nothing of it was wiped"
        return
    }
    now=$(identity "$device")
    if [ -z "$now" ] || [ "$(recorded "$device")" != "$now" ]; then
        say "$(hostname): $device is not known to be the device that was given to Ceph (${now:-no identity}); it is left as it is"
        return
    fi
    stands=$(obstacle "$device")
    [ -z "$stands" ] || die "$device is not wiped: $stands; free it, then run this again"
    sign=$(signature "$device")
    [ -z "$sign" ] || [ "$sign" = ceph_bluestore ] ||
        die "$device is not wiped: it holds $sign, which is not Ceph's; clear it by hand (wipefs -a $device), then run this again"
    for _ in $(seq 30); do
        [ -n "$(users "$device")" ] || break
        sleep 2
    done
    [ -z "$(users "$device")" ] || die "$device is not wiped: still in use by process $(users "$device" | xargs), then run this again"

    wipefs -q -a "$device"
    size=$(blockdev --getsize64 "$device")
    dd if=/dev/zero of="$device" bs=1M count=$((size < 104857600 ? size / 1048576 : 100)) conv=notrunc status=none
    # Newer Ceph keeps copies of its label at these places, in GiB, by which it knows the device again (rook #15937).
    for at in 1 10 100 1000; do
        [ "$size" -gt $((at * 1073741824 + 1048576)) ] || continue
        dd if=/dev/zero of="$device" bs=1M count=1 seek=$((at * 1024)) conv=notrunc status=none
    done
    sync "$device"
    blockdev --flushbufs "$device"
    [ -z "$(signature "$device")" ] || die "$device was wiped and still holds $(signature "$device"); look at it by hand"
}
while IFS= read -r device; do
    [ -z "$device" ] || wipe "$device"
done <<<"$DEVICES"
rm -f "$DEVICE_RECORD"
