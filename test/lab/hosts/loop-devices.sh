#!/usr/bin/env bash
# Detach the loop devices whose backing file is on a local host's disk: they outlive the host that attached them.
#
# usage: loop-devices.sh HOST_DIR
set -euo pipefail

dir=$1
[ -d "$dir" ] || exit 0
# The number of the host's root file system, as "stat %d" gave it at boot; the kernel keeps it while a file of it is open.
overlay=$(cat "$dir/device" 2>/dev/null || true)

devices=$(losetup --list --noheadings --output NAME,BACK-MAJ:MIN,BACK-INO)
while read -r device numbers inode; do
    [ -n "$device" ] || continue
    number=$((${numbers%:*} * 256 + ${numbers#*:}))
    # What cannot be read there has been removed meanwhile.
    held=$(find "$dir/containerd" "$dir/kubelet" -inum "$inode" -print -quit 2>/dev/null) || held=
    if [ "$number" = "$overlay" ] || [ -n "$held" ]; then losetup --detach "$device"; fi
done <<<"$devices"
