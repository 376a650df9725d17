# shellcheck shell=bash disable=SC2153
# Sourced by the storage steps that run on every host, and part of precheck.sh: what they know of devices.
set -euo pipefail

# The devices that were checked and given to Ceph: lines PATH IDENTITY.
readonly DEVICE_RECORD=$STATE/storage-devices

# identity DEVICE: what stays the same when kernel names change places; nothing where the device tells nothing of itself.
identity() {
    local real name link at file text
    real=$(readlink -f "$1")
    name=${real##*/}
    if [ -r "/sys/class/block/$name/loop/backing_file" ]; then
        text=$(<"/sys/class/block/$name/loop/backing_file")
        printf 'loop:%s' "${text// /_}"
        return 0
    fi
    for link in /dev/disk/by-id/* /dev/disk/by-path/*; do
        at=$(readlink -f "$link") || continue
        if [ "$at" = "$real" ] && [ "$real" != "$link" ]; then
            printf '%s' "$link"
            return 0
        fi
    done
    for file in device/wwid wwid device/serial serial dm/uuid; do
        if [ -s "/sys/class/block/$name/$file" ]; then
            text=$(tr -s ' \n' '__' <"/sys/class/block/$name/$file")
            printf '%s:%s' "$file" "$text"
            return 0
        fi
    done
}

# recorded DEVICE: its identity when it was given to Ceph.
recorded() {
    if [ -e "$DEVICE_RECORD" ]; then awk -v p="$1" '$1 == p { print $2 }' "$DEVICE_RECORD"; fi
}

# signature DEVICE: the types of what is on it by its own bytes, not by what udev remembers; nothing on a raw device;
# "unreadable" where nobody can tell.
signature() {
    local found code=0 types
    found=$(blkid -p -o export "$1" 2>/dev/null) || code=$?
    case $code in
    0) ;;
    2)
        # It says so of a raw device, and of one that cannot be read.
        found=
        head -c 4096 "$1" >/dev/null 2>&1 || found="TYPE=unreadable"
        ;;
    # Several that exclude each other.
    8) found="TYPE=several" ;;
    *) found="TYPE=unreadable" ;;
    esac
    types=$(sed -n 's/^\(TYPE\|PTTYPE\)=//p' <<<"$found")
    printf '%s' "${types//$'\n'/ }"
}

# obstacle DEVICE: why it must not be touched at all, whatever its signature; nothing where it is free.
obstacle() {
    local name part at number holders
    name=$(readlink -f "$1")
    name=${name##*/}
    for part in "/sys/class/block/$name" "/sys/class/block/$name/$name"*; do
        if [ ! -r "$part/dev" ]; then continue; fi
        number=$(<"$part/dev")
        at=$(awk -v n="$number" '$3 == n && !at { at = $5 } END { print at }' /proc/self/mountinfo)
        if [ -n "$at" ]; then
            printf '%s is mounted on %s' "${part##*/}" "$at"
            return 0
        fi
        at=$(awk -v d="/dev/${part##*/}" '$1 == d' /proc/swaps)
        if [ -n "$at" ]; then
            printf '%s is in use as swap' "${part##*/}"
            return 0
        fi
        holders=
        if [ -d "$part/holders" ]; then holders=$(find "$part/holders" -mindepth 1 -printf '%f '); fi
        if [ -n "$holders" ]; then
            printf '%s is part of %s' "${part##*/}" "$holders"
            return 0
        fi
    done
    if compgen -G "/sys/class/block/$name/$name*/partition" >/dev/null; then printf 'it has partitions'; fi
}

# users DEVICE: the processes that hold it open, by whatever name.
users() {
    local number open
    number=$(stat -Lc '%t:%T' "$1")
    # Processes come and go meanwhile.
    open=$(stat -Lc '%F %t:%T %n' /proc/[0-9]*/fd/* 2>/dev/null) || :
    open=$(sed -n "s|^block special file $number /proc/\([0-9]*\)/fd/.*|\1|p" <<<"$open")
    open=$(sort -u <<<"$open")
    awk -v own="$$" 'NF && $1 != own { printf "%s%s", sep, $1; sep = " " }' <<<"$open"
}

# device_problem DEVICE: why Ceph cannot have it, and what to do, apart by "; "; nothing where it can.
device_problem() {
    local device=$1 stands sign now known
    if [ ! -e "$device" ]; then
        echo "does not exist; see ls -l /dev/disk/by-id"
        return 0
    fi
    if [ ! -b "$device" ]; then
        echo "is no block device; name one, see lsblk"
        return 0
    fi
    stands=$(obstacle "$device")
    if [ -n "$stands" ]; then
        echo "$stands; give a device that nothing uses"
        return 0
    fi
    sign=$(signature "$device")
    now=$(identity "$device")
    known=$(recorded "$device")
    case $sign in
    '') ;;
    unreadable) echo "cannot be read, so nobody knows whether it is free; see: blkid -p $device, dmesg" ;;
    *)
        # Ceph's own signature is welcome on a device that this stack gave to it.
        if [ "$sign" = ceph_bluestore ] && [ -n "$now" ] && [ "$known" = "$now" ]; then return 0; fi
        echo "holds $sign; if that may be lost, clear it with: wipefs -a $device"
        ;;
    esac
}
