# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by etcd-restore.sh, which sets DATA: the members' data, and the control plane that must never start without it.
set -euo pipefail

readonly MANIFESTS=/etc/kubernetes/manifests
# Where the static Pods' manifests are while nothing is to run, and the data as it is unpacked.
readonly PARKED=$STATE/etcd-restore/manifests RESTORED=$STATE/etcd-restore/data
# Names the directory of the data that was there before, from before it is moved until the restored one runs.
readonly KEPT_NAME=$STATE/etcd-restore/kept

# name_kept_data: sets `kept`. Where a run was cut off between its two moves, it is where that one has put the data.
name_kept_data() {
    local now
    if [ -s "$KEPT_NAME" ]; then
        kept=$(<"$KEPT_NAME")
        [[ "$kept" == "$STATE"/etcd-before-* ]] || die "$KEPT_NAME holds no name of a directory of this program; nothing was changed"
        if [ ! -d "$DATA/member" ]; then return 0; fi
        # Half a copy for another disk, which no later run would look for.
        rm -rf "$kept/member.part"
        rmdir "$kept" 2>/dev/null || :
    fi
    now=$(date -u +%Y%m%dT%H%M%SZ)
    kept=$STATE/etcd-before-$now
}

# move_directory FROM TO: one of them is whole at any time, also where they are on different disks.
move_directory() {
    local from to
    mkdir -p "${2%/*}"
    rm -rf "$2.part"
    from=$(stat -c %d "${1%/*}")
    to=$(stat -c %d "${2%/*}")
    if [ "$from" = "$to" ]; then
        mv -T "$1" "$2"
    else
        cp -a "$1" "$2.part" || {
            rm -rf "$2.part"
            die "$1 could not be copied to ${2%/*}, and is as it was; the line above says why. See: df ${2%/*}"
        }
        sync -f "$2.part"
        mv -T "$2.part" "$2"
        mv -T "$1" "$1.part"
        rm -rf "$1.part"
    fi
    sync "${1%/*}" "${2%/*}"
}

# keep_data: the old data goes where KEPT_NAME says, unless a run that was cut off has brought it there.
keep_data() {
    if [ ! -d "$DATA/member" ]; then return 0; fi
    record "$KEPT_NAME" "$kept"
    move_directory "$DATA/member" "$kept/member"
}

# stop_control_plane: its manifests are parked, and its containers end.
stop_control_plane() {
    local component alive tries
    say "stopping the control plane"
    for component in kube-scheduler kube-controller-manager kube-apiserver etcd; do
        if [ -e "$MANIFESTS/$component.yaml" ]; then mv -f "$MANIFESTS/$component.yaml" "$PARKED/"; fi
    done
    for ((tries = 0; tries < 120; tries++)); do
        alive=
        for component in kube-scheduler kube-controller-manager kube-apiserver etcd; do
            alive+=$(running "$component")
        done
        if [ -z "$alive" ]; then return 0; fi
        sleep 1
    done
    die "the control plane's Pods did not stop within 120 s; the old data is in place and they are started again. Is the kubelet running?"
}

# start_control_plane: over an empty directory etcd would begin a new cluster, and all Pods would end.
start_control_plane() {
    local manifest
    if [ ! -d "$DATA/member" ] && [ -d "$kept/member" ]; then move_directory "$kept/member" "$DATA/member"; fi
    if [ ! -d "$DATA/member" ]; then
        say "$HOSTNAME: the members' data of etcd is neither in $DATA nor in $kept, so the control plane is not started. Run this script again with a whole snapshot; the manifests are in $PARKED"
        return 0
    fi
    for manifest in "$PARKED"/*.yaml; do
        if [ -e "$manifest" ]; then mv -f "$manifest" "$MANIFESTS/"; fi
    done
    # Containers that have ended often are held back by it, and start again at once with a new one.
    systemctl restart kubelet
}
