# shellcheck shell=bash
# Sourced by reset.sh and storage-clean.sh: directories are emptied, but never what is mounted in them.
set -euo pipefail

# unmount_below DIRECTORY: what was mounted last goes first.
unmount_below() {
    local at points=() number
    while read -r _ _ _ _ at _; do
        # A space in a path is \040 there.
        printf -v at '%b' "$at"
        if [[ "$at" == "$1"/* ]]; then points+=("$at"); fi
    done </proc/self/mountinfo
    for ((number = ${#points[@]} - 1; number >= 0; number--)); do
        at=${points[number]}
        timeout 30 umount -- "$at" 2>/dev/null || umount -l -- "$at" ||
            die "$at could not be unmounted, so $1 is not emptied; see: fuser -v -m '$at'. Unmount it and run this again"
    done
}

# empty DIRECTORY [MARK]: all below it goes, and the file MARK last: while it is there, a run that was cut off can be
# finished. The directory itself stays, for it may be a mount point.
empty() {
    local real
    if [ ! -d "$1" ]; then return 0; fi
    real=$(readlink -f -- "$1")
    unmount_below "$real"
    # A file system's own directory is no file of the program's.
    find "$real" -xdev -mindepth 1 ! -path "$real/lost+found" ! -path "$real/lost+found/*" ! -path "$real/${2:-lost+found}" -delete ||
        die "$1 could not be emptied; the line above says why. See: lsof +D $1. Run this again when that has ended"
    if [ -n "${2:-}" ]; then rm -f -- "$real/$2"; fi
}
