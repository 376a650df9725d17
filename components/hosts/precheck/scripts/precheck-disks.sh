# shellcheck shell=bash disable=SC2153
# Sourced by precheck.sh: room for images, volumes and etcd; the devices that the storage is to take.
set -euo pipefail

# room DIRECTORY LEAST GOOD WHAT: megabytes of the file system on which it is, or will be made.
room() {
    local directory=$1 least=$2 good=$3 what=$4 free
    while [ ! -d "$directory" ]; do
        directory=${directory%/*}
        directory=${directory:-/}
    done
    free=$(df -Pm "$directory")
    free=$(awk 'NR == 2 { print $4 }' <<<"$free")
    if [ "$free" -lt "$least" ]; then
        lack "disk space" "$free MB free at $1" "$least MB at least for $what, $good MB to be at ease" "free or enlarge that file system"
    elif [ "$free" -lt "$good" ]; then
        finding warning "disk space" "$free MB free at $1" "$good MB for $what" "free or enlarge that file system"
    fi
}

check_space() {
    room /var/lib/containerd 2000 10000 "images and containers"
    room /var/lib/kubelet 500 5000 "volumes and logs"
    if [ "$NODE_ROLE" = control-plane ]; then room "$ETCD_DATA_DIR" 500 3000 etcd; fi
}

# DEVICES: one a line; DATA_DIR: where Ceph's daemons keep their files, empty where there is no storage.
check_devices() {
    local device problem
    while IFS= read -r device; do
        if [ -z "$device" ]; then continue; fi
        problem=$(device_problem "$device")
        if [ -n "$problem" ]; then finding error "storage device" "$device ${problem%%;*}" "a raw device that nothing uses" "${problem#*; }"; fi
    done <<<"$DEVICES"
    if [ -z "$DATA_DIR" ]; then return 0; fi
    problem=$(data_problem "$DATA_DIR")
    if [ -n "$problem" ]; then finding error "storage files" "$DATA_DIR ${problem%%;*}" "nothing there" "${problem#*; }"; fi
}
