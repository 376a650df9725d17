#!/usr/bin/env bash
# Boot one local host: enter its cgroups, make its namespaces, run host-init.sh in them. Becomes that host's outer process:
# it ends when the host is off, and whoever kills it pulls the host's plug.
#
# inputs (environment):
#   HOST_NAME     required  name of the host
#   HOST_DIR      required  its directory (upper, overlay, root, containerd, kubelet are made in it)
#   HOST_BASE     required  root file system that all hosts share, only read
#   HOST_ADDRESS  required  its address with prefix length, such as 10.77.0.10/24
#   HOST_GATEWAY  required  the lab's bridge address
#   HOST_BRIDGE   required  the lab's bridge
#   HOST_USER     required  login user; any but root gets sudo without password, and root's login is closed
#   HOST_PROXY_PORT optional nothing is reached but the other hosts and this port of the gateway
set -Eeuo pipefail
trap 'echo "boot-host.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(readlink -f "$0")
here=${here%/*}
group=lab-$HOST_NAME
cgroups=/sys/fs/cgroup

enter_v1() {
    local hierarchy file parent
    for hierarchy in "$@"; do
        parent=$cgroups/$hierarchy
        mkdir -p "$parent/$group"
        # A new cpuset has neither processors nor memory, and a process cannot enter it like that.
        if [ -f "$parent/cpuset.cpus" ]; then
            for file in cpuset.cpus cpuset.mems; do cat "$parent/$file" >"$parent/$group/$file"; done
        fi
        echo $$ >"$parent/$group/cgroup.procs"
    done
}

enter_v2() {
    local controller controllers
    mkdir -p "$cgroups/$group"
    # An empty list, where v1 hierarchies have all controllers, is an end of file to `read`.
    read -ra controllers <"$cgroups/cgroup.controllers" || true
    for controller in "${controllers[@]}"; do
        grep -qw "$controller" "$cgroups/cgroup.subtree_control" && continue
        echo "+$controller" >"$cgroups/cgroup.subtree_control" ||
            echo "$HOST_NAME: the cgroup controller $controller cannot be handed on" >&2
    done
    echo $$ >"$cgroups/$group/cgroup.procs"
}

mkdir -p "$HOST_DIR"/{upper,overlay,root,containerd,kubelet}
kind=$(stat -f -c %T "$cgroups")
if [ "$kind" = cgroup2fs ]; then
    enter_v2
else
    # The second field names a v1 hierarchy as its mount point does; the unified one has an empty name.
    names=$(cut -d: -f2 /proc/self/cgroup | sed 's/^name=//; s/^$/unified/')
    mapfile -t hierarchies <<<"$names"
    enter_v1 "${hierarchies[@]}"
fi

# The machine's network namespace, for the other end of the host's network card.
exec {HOST_OUTSIDE}</proc/self/ns/net
export HOST_OUTSIDE
exec unshare --mount --uts --ipc --pid --net --cgroup --fork --kill-child --propagation private \
    "$here/host-init.sh"
