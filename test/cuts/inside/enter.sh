#!/usr/bin/env bash
# Run one command in a root of its own: a Debian root in namespaces, of which nothing outside is written.
# usage: enter.sh CASE LAYERS SECONDS COMMAND...
#   CASE     directory with upper, work and merged (the disk), memory (run, sim, shm), input, dev; gets code, stdout, stderr
#   LAYERS   lower directories of the overlay, apart by colons
#   SECONDS  after which the step is ended, as the program does
set -euo pipefail
case=$1 layers=$2 limit=$3
shift 3
if [ "${CUTS_INSIDE:-}" != yes ]; then
    mountpoint -q "$case/merged" ||
        mount -t overlay overlay -o "lowerdir=$layers,upperdir=$case/disk/upper,workdir=$case/disk/work" "$case/merged"
    CUTS_INSIDE=yes exec unshare --mount --pid --fork --uts --kill-child "$0" "$case" "$layers" "$limit" "$@"
fi
root=$case/merged
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --bind "$case/memory/sim/sys" "$root/proc/sys"
mount --bind "$case/dev" "$root/dev"
mount --bind "$case/memory/shm" "$root/dev/shm"
mount --rbind /sys "$root/sys"
mount --bind "$case/memory/run" "$root/run"
mount --bind "$case/memory/sim" "$root/sim"
mount --bind "$case/memory/sim/swaps" "$root/proc/swaps"
# A disk of its own for etcd.
[ ! -d "$case/memory/sim/etcd-disk" ] || mount --bind "$case/memory/sim/etcd-disk" "$root/var/lib/etcd"
mount --bind "$case/disk/ballast" "$root/sim/ballast"
hostname host-1
# Process 1 has the name that precheck.sh looks for, and outlives `kill -KILL -1`.
printf systemd >"$root/proc/1/comm"
exec <"$case/input" >"$case/stdout" 2>"$case/stderr"
cd "$root"
code=0
chroot "$root" /bin/bash -p /usr/lib/cuts/boot.sh >/dev/null 2>&1 </dev/null || :
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root BASH_ENV=/usr/lib/cuts/hook.sh \
    chroot "$root" /usr/lib/cuts/step "$limit" "$@" || code=$?
echo "$code" >"$case/code"
