# shellcheck shell=bash
# Sourced by the storage steps that run on every host: what they know of devices.

# The devices that were checked and given to Ceph: lines PATH IDENTITY.
readonly DEVICE_RECORD=$STATE/storage-devices

# identity DEVICE: what stays the same when kernel names change places; nothing where the device tells nothing of itself.
identity() {
    local real name link file
    real=$(readlink -f "$1")
    name=${real##*/}
    if [ -r "/sys/class/block/$name/loop/backing_file" ]; then
        printf 'loop:%s' "$(tr ' ' '_' <"/sys/class/block/$name/loop/backing_file")"
        return
    fi
    for link in /dev/disk/by-id/* /dev/disk/by-path/*; do
        if [ "$(readlink -f "$link")" = "$real" ] && [ "$real" != "$link" ]; then
            printf '%s' "$link"
            return
        fi
    done
    for file in device/wwid wwid device/serial serial dm/uuid; do
        if [ -s "/sys/class/block/$name/$file" ]; then
            printf '%s:%s' "$file" "$(tr -s ' \n' '__' <"/sys/class/block/$name/$file")"
            return
        fi
    done
}

# recorded DEVICE: its identity when it was given to Ceph.
recorded() { awk -v p="$1" '$1 == p { print $2 }' "$DEVICE_RECORD" 2>/dev/null || true; }

# signature DEVICE: the types of what is on it by its own bytes, not by what udev remembers; nothing on a raw device.
signature() {
    local found code=0
    found=$(blkid -p -o export "$1" 2>/dev/null) || code=$?
    # 8 = several that exclude each other.
    [ "$code" != 8 ] || found="TYPE=several"
    sed -n 's/^\(TYPE\|PTTYPE\)=//p' <<<"$found" | xargs
}

numbers() { printf '%d:%d' "0x$(stat -Lc %t "$1")" "0x$(stat -Lc %T "$1")"; }

# obstacle DEVICE: why it must not be touched at all, whatever its signature; nothing where it is free.
obstacle() {
    local name part at
    name=$(basename "$(readlink -f "$1")")
    for part in "/sys/class/block/$name" "/sys/class/block/$name/$name"*; do
        [ -r "$part/dev" ] || continue
        at=$(awk -v n="$(cat "$part/dev")" '$3 == n { print $5; exit }' /proc/self/mountinfo)
        [ -z "$at" ] || {
            printf '%s is mounted on %s' "${part##*/}" "$at"
            return
        }
        ! grep -q "^/dev/${part##*/} " /proc/swaps || {
            printf '%s is in use as swap' "${part##*/}"
            return
        }
        [ -z "$(ls -A "$part/holders" 2>/dev/null)" ] || {
            printf '%s is part of %s' "${part##*/}" "$(find "$part/holders" -mindepth 1 -printf '%f ')"
            return
        }
    done
    if compgen -G "/sys/class/block/$name/$name*/partition" >/dev/null; then printf 'it has partitions'; fi
}

# users DEVICE: the processes that hold it open, by whatever name.
users() {
    local major minor
    major=$(stat -Lc %t "$1") minor=$(stat -Lc %T "$1")
    stat -Lc '%F %t:%T %n' /proc/[0-9]*/fd/* 2>/dev/null |
        sed -n "s|^block special file $major:$minor /proc/\([0-9]*\)/fd/.*|\1|p" | sort -u | grep -vx "$$" || true
}

# device_problem DEVICE: why Ceph cannot have it, and what to do, apart by "; "; nothing where it can.
device_problem() {
    local device=$1 stands sign now
    [ -e "$device" ] || {
        echo "does not exist; see ls -l /dev/disk/by-id"
        return
    }
    [ -b "$device" ] || {
        echo "is no block device; name one, see lsblk"
        return
    }
    stands=$(obstacle "$device")
    [ -z "$stands" ] || {
        echo "$stands; give a device that nothing uses"
        return
    }
    sign=$(signature "$device")
    now=$(identity "$device")
    # Ceph's own signature is welcome on a device that this stack gave to it.
    if [ "$sign" = ceph_bluestore ] && [ -n "$now" ] && [ "$(recorded "$device")" = "$now" ]; then return; fi
    [ -z "$sign" ] || echo "holds $sign; if that may be lost, clear it with: wipefs -a $device"
}

# data_problem DIRECTORY: the same for the place of Ceph's daemons. A new cluster's mons would find the old one's keys
# there, and never start.
data_problem() {
    if [ ! -e /etc/kubernetes/kubelet.conf ] && [ -n "$(ls -A "$1" 2>/dev/null)" ]; then
        echo "holds the files of an earlier Ceph cluster; if they may be lost: rm -rf $1"
    fi
}
