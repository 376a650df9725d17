# shellcheck shell=bash
# Sourced by precheck.sh: room for images, volumes and etcd; the devices that the storage is to take.

# free_megabytes DIRECTORY: of the file system on which it is, or will be made.
free_megabytes() {
    local directory=$1
    while [ ! -d "$directory" ]; do directory=$(dirname "$directory"); done
    df -Pm "$directory" | awk 'NR == 2 { print $4 }'
}

check_space() {
    local directory least good what free
    while read -r directory least good what; do
        [ -n "$directory" ] || continue
        free=$(free_megabytes "$directory")
        if [ "$free" -lt "$least" ]; then
            lack "disk space" "$free MB free at $directory" "$least MB at least for $what, $good MB to be at ease" "free or enlarge that file system"
        elif [ "$free" -lt "$good" ]; then
            finding warning "disk space" "$free MB free at $directory" "$good MB for $what" "free or enlarge that file system"
        fi
    done <<DIRECTORIES
/var/lib/containerd 2000 10000 images and containers
/var/lib/kubelet 500 5000 volumes and logs
$([ "$NODE_ROLE" != control-plane ] || echo /var/lib/etcd 500 3000 etcd)
DIRECTORIES
}

# DEVICES: one a line; DATA_DIR: where Ceph's daemons keep their files, empty where there is no storage.
check_devices() {
    local device problem
    while IFS= read -r device; do
        [ -n "$device" ] || continue
        problem=$(device_problem "$device")
        [ -z "$problem" ] || finding error "storage device" "$device ${problem%%;*}" "a raw device that nothing uses" "${problem#*; }"
    done <<<"$DEVICES"
    [ -n "$DATA_DIR" ] || return 0
    problem=$(data_problem "$DATA_DIR")
    [ -z "$problem" ] || finding error "storage files" "$DATA_DIR ${problem%%;*}" "nothing there" "${problem#*; }"
}
