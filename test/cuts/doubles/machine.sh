# shellcheck shell=bash
# Sourced by the doubles: units, Pods and packages of the machine, as files below /sim.

# unit_file UNIT: where its text is; fails where there is none.
unit_file() {
    local directory unit=$1
    [[ "$unit" == *.* ]] || unit+=.service
    for directory in /etc/systemd/system /run/systemd/system /usr/lib/systemd/system; do
        if [ -e "$directory/$unit" ]; then
            printf '%s' "$directory/$unit"
            return 0
        fi
    done
    return 1
}
is_active() { [ -e "/sim/units/active/${1%.service}" ]; }
is_enabled() { [ -e "/sim/units/enabled/${1%.service}" ]; }
# local_master: this host has a control plane of its own, in its manifests.
is_master_host() { [ -s /etc/kubernetes/manifests/kube-apiserver.yaml ]; }

# sync_pods: what the kubelet would have running by now. A Pod is known by its manifest.
sync_pods() {
    local file component hash pid
    mkdir -p /sim/pods
    for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do
        file=/etc/kubernetes/manifests/$component.yaml hash=
        if is_active kubelet && [ -e "$file" ] && grep -qs '^ *image: ' "$file"; then hash=$(md5sum <"$file") hash=${hash%% *}; fi
        # The kubelet cannot reach what it should stop while it is off.
        if ! is_active kubelet && [ -e "/sim/pods/$component" ]; then continue; fi
        pid=
        [ ! -e "/sim/pods/$component" ] || read -r pid _ <"/sim/pods/$component"
        if [ -n "$pid" ] && [ -e "/proc/$pid" ] && grep -qs "pod$hash" "/proc/$pid/cgroup" && [ -n "$hash" ]; then continue; fi
        [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || :
        rm -f "/sim/pods/$component"
        [ -n "$hash" ] || continue
        start_pod "$component" "$hash"
    done
    if [ -e /sim/pods/etcd ] && [ ! -d /var/lib/etcd/member ]; then mkdir -p /var/lib/etcd/member; fi
}
start_pod() {
    local pid
    mkdir -p /sim/programs
    [ -e "/sim/programs/$1" ] || cp /usr/lib/cuts/real/sleep "/sim/programs/$1"
    setsid "/sim/programs/$1" 3600 >/dev/null 2>&1 </dev/null &
    pid=$!
    printf '0::/kubepods.slice/kubepods-pod%s.slice\n' "$2" >"/sim/pods/.cgroup-$1"
    mount --bind "/sim/pods/.cgroup-$1" "/proc/$pid/cgroup"
    echo "$pid $2" >"/sim/pods/$1"
}
