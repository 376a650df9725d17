#!/usr/bin/env bash
# Look whether the devices that Ceph is to take are there and free, before anything is done with them. Changes nothing
# but its own marks of them.
# inputs (standard input, see read_inputs):
#   DEVICES     paths, one a line
#   DATA_DIR    where Ceph's daemons keep their files on this host
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs DEVICES DATA_DIR
# shellcheck source-path=SCRIPTDIR source=storage-devices.sh
. "$here/storage-devices.sh"
# shellcheck source-path=SCRIPTDIR source=storage-data.sh
. "$here/storage-data.sh"
lock

problems=() taken=
declare -A seen
problem() { if [ -n "$2" ]; then problems+=("$1: $2"); fi; }

check() {
    local device=$1 real now found
    found=$(device_problem "$device")
    problem "$device" "$found"
    if [ ! -b "$device" ]; then return 0; fi
    real=$(readlink -f "$device")
    now=$(identity "$device")
    if [ -n "${seen[$real]:-}" ]; then problem "$device" "is the same device as ${seen[$real]}; name it once"; fi
    seen[$real]=$device
    taken+="$device ${now:-none}"$'\n'
    if [ -z "$now" ]; then say "$HOSTNAME: $device has no serial number, path or backing file to know it by; a destroy will leave it as it is"; fi
}

while IFS= read -r device; do
    if [ -n "$device" ]; then check "$device"; fi
done <<<"$DEVICES"

found=$(data_problem "$DATA_DIR")
problem "$DATA_DIR" "$found"
if [ "${#problems[@]}" -gt 0 ]; then
    printf '%s\n' "${problems[@]}" >&2
    die "${#problems[@]} problem(s) with this host's storage, named above; nothing was changed"
fi
record "$DEVICE_RECORD" "${taken%$'\n'}"
# Of a living cluster, too, that began before there was this mark.
data_place "$DATA_DIR"
data_holds
if [ "$holds" != others ]; then
    # As kubelet would make it: Ceph's daemons are not root.
    [ -d "$place" ] || install -d -m 755 "$place"
    record "$place/$DATA_MARK" "Given to Ceph by kubeadm-cluster; a destroy with storage.destroyData empties this directory."
elif [ ! -e "$place/$DATA_MARK" ]; then
    say "$HOSTNAME: $DATA_DIR holds files that are not Ceph's; a destroy will leave it as it is"
fi
