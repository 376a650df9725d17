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
problem() { [ -z "$2" ] || problems+=("$1: $2"); }

check() {
    local device=$1 real now
    problem "$device" "$(device_problem "$device")"
    [ -b "$device" ] || return 0
    real=$(readlink -f "$device")
    now=$(identity "$device")
    [ -z "${seen[$real]:-}" ] || problem "$device" "is the same device as ${seen[$real]}; name it once"
    seen[$real]=$device
    record+="$device ${now:-none}"$'\n'
    [ -n "$now" ] || say "$(hostname): $device has no serial number, path or backing file to know it by; a destroy will leave it as it is"
}

while IFS= read -r device; do
    [ -z "$device" ] || check "$device"
done <<<"$DEVICES"

problem "$DATA_DIR" "$(data_problem "$DATA_DIR")"
if [ "${#problems[@]}" -gt 0 ]; then
    printf '%s\n' "${problems[@]}" >&2
    die "${#problems[@]} problem(s) with this host's storage, named above; nothing was changed"
fi
printf '%s' "$record" | put "$DEVICE_RECORD" 600 || true
