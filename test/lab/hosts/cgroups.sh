#!/usr/bin/env bash
# The cgroups of one local host, in every hierarchy: kill what still runs in them, remove them with all that is nested.
#
# usage: cgroups.sh NAME
set -euo pipefail

name=$1
groups=()
for group in /sys/fs/cgroup/"lab-$name" /sys/fs/cgroup/*/"lab-$name"; do
    if [ -d "$group" ]; then groups+=("$group"); fi
done
[ "${#groups[@]}" -gt 0 ] || exit 0

# A process that is on its way out keeps its cgroup busy for a moment.
for _ in $(seq 50); do
    find "${groups[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | grep -vx 0 | xargs -r kill -9 2>/dev/null || true
    find "${groups[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || true
    left=()
    for group in "${groups[@]}"; do
        if [ -d "$group" ]; then left+=("$group"); fi
    done
    [ "${#left[@]}" -gt 0 ] || exit 0
    sleep 0.1
done
processes=$(tr '\n' ' ' <"${left[0]}/cgroup.procs")
echo "the cgroup ${left[0]} cannot be removed; its processes: $processes" >&2
exit 1
