#!/usr/bin/env bash
# Look whether the devices that Ceph is to take are there and free, before anything is done with them. Changes nothing
# but its own record of them.
# inputs (standard input, see read_inputs):
#   DEVICES     paths, one a line
#   DATA_DIR    where Ceph's daemons keep their files on this host
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../../node/scripts/lib.sh
. "$here/lib.sh"
read_inputs DEVICES DATA_DIR
# shellcheck source-path=SCRIPTDIR source=storage-devices.sh
. "$here/storage-devices.sh"

problems=() record=
declare -A seen
problem() { problems+=("$1: $2"); }

check() {
    local device=$1 real sign stands now
    [ -e "$device" ] || {
        problem "$device" "there is no such device; see ls -l /dev/disk/by-id"
        return
    }
    [ -b "$device" ] || {
        problem "$device" "is no block device"
        return
    }
    real=$(readlink -f "$device")
    now=$(identity "$device")
    if [ -n "${seen[$real]:-}" ]; then
        problem "$device" "is the same device as ${seen[$real]}; name it once"
        return
    fi
    seen[$real]=$device
    record+="$device ${now:-none}"$'\n'
    stands=$(obstacle "$device")
    sign=$(signature "$device")
    # Ceph's own signature is welcome on a device that this stack gave to it.
    if [ "$sign" = ceph_bluestore ] && [ -n "$now" ] && [ "$(recorded "$device")" = "$now" ]; then sign=; fi
    if [ -n "$stands" ]; then
        problem "$device" "$stands; give a device that nothing uses"
    elif [ -n "$sign" ]; then
        problem "$device" "holds $sign; if that may be lost, clear it with: wipefs -a $device"
    fi
    [ -n "$now" ] || say "$(hostname): $device has no serial number, path or backing file to know it by; a destroy will leave it as it is"
}

while IFS= read -r device; do
    [ -z "$device" ] || check "$device"
done <<<"$DEVICES"

# A new cluster's mons would find the old one's keys there, and never start.
if [ ! -e /etc/kubernetes/kubelet.conf ] && [ -n "$(ls -A "$DATA_DIR" 2>/dev/null)" ]; then
    problem "$DATA_DIR" "holds the files of an earlier Ceph cluster; if they may be lost: rm -rf $DATA_DIR"
fi
if [ "${#problems[@]}" -gt 0 ]; then
    printf '%s\n' "${problems[@]}" >&2
    die "${#problems[@]} problem(s) with this host's storage, named above; nothing was changed"
fi
printf '%s' "$record" | put "$DEVICE_RECORD" 600 || true
