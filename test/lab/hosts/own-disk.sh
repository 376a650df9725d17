#!/usr/bin/env bash
# Make the node of a local host's disk in its /dev, and of no other: what a host sees there, Rook takes for the host's own.
#
# usage: own-disk.sh HOST_DIR DEV
set -euo pipefail

disk=$1/disk
dev=$2
[ -e "$disk" ] || exit 0
device=$(losetup --noheadings --raw --output NAME --associated "$disk")
# It outlives the host, but not a restart of the machine.
[ -n "$device" ] || device=$(losetup --find --show "$disk")
number=${device#/dev/loop}
mknod -m 660 "$dev/loop$number" b 7 "$number"
