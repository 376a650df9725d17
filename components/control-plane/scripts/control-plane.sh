# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by reconfigure.sh: the control plane's static Pods, replaced one after the other; when one does not come up,
# all of them return to what they were.
set -euo pipefail

readonly MANIFESTS=/etc/kubernetes/manifests
# The manifests that were good before a change began, all of them; a change that was cut off finds them again.
readonly KEPT=$STATE/manifests-kept
readonly UP_SECONDS=120
readonly COMPONENTS=(etcd kube-apiserver kube-controller-manager kube-scheduler)

# look_at_processes COMPONENT: sets pids and pods, the lines of the Pods that they are of. A static Pod is known by its
# hash in the names of its control groups; other Pods, such as a cluster within this one, have UUIDs there. The kernel
# keeps 15 characters of a process's name.
look_at_processes() {
    local pid pod all code=0
    pids=() pods=
    all=$(pgrep -x "${1:0:15}") || code=$?
    [ "$code" -le 1 ] || die "the processes of $1 could not be listed: pgrep failed with exit code $code; run pulumi up again"
    for pid in $all; do
        # One that has ended meanwhile has none.
        pod=$(grep -ohE -m 1 'pod[0-9a-f]{32}' "/proc/$pid/cgroup" 2>/dev/null) || continue
        pids+=("$pid")
        pods+=${pod%%$'\n'*}$'\n'
    done
}

# look_for_newer COMPONENT PODS: sets `newer` to the Pods of it that run and are not among the lines PODS.
look_for_newer() {
    local pod
    look_at_processes "$1"
    newer=
    while read -r pod; do
        if [ -n "$pod" ] && [[ $'\n'$2$'\n' != *$'\n'"$pod"$'\n'* ]]; then newer+=$pod$'\n'; fi
    done <<<"$pods"
}

# look_at_health COMPONENT: sets `healthy` to yes or no.
look_at_health() {
    healthy=no
    case $1 in
    kube-controller-manager) if curl -fsk -m 3 -o /dev/null https://127.0.0.1:10257/healthz; then healthy=yes; fi ;;
    kube-scheduler) if curl -fsk -m 3 -o /dev/null https://127.0.0.1:10259/healthz; then healthy=yes; fi ;;
    *)
        look_at_api
        if [ "$api" = ready ]; then healthy=yes; fi
        ;;
    esac
}

# look_for_logs COMPONENT: sets `logs` to the directory of its youngest Pod; each start of its container is a file there,
# 0.log the first.
look_for_logs() {
    local found
    # A directory that goes meanwhile makes find fail.
    found=$(find /var/log/pods -mindepth 1 -maxdepth 1 -name "kube-system_$1-*" -printf '%T@ %p\n' 2>/dev/null) || :
    found=$(sort -rn <<<"$found")
    found=${found%%$'\n'*}
    logs=${found#* }
}

# place SOURCE COMPONENT: SOURCE becomes its manifest, whole or not at all; sets `placed` to yes or no. The kubelet reads
# no file whose name begins with a dot.
place() {
    local file=$MANIFESTS/$2.yaml new
    new=$(beside "$file")
    placed=no
    if rm -f "$new" && cp "$1" "$new" && chmod 600 "$new" && cmp -s "$1" "$new" && sync "$new" && mv -f "$new" "$file"; then
        placed=yes
        sync "$MANIFESTS" || :
    else
        rm -f "$new" || :
    fi
}

# end_processes COMPONENT PID...: left to itself, an API server that has closed its port lingers for its whole grace period
# of 30 s, and the kubelet looks after the new Pod only every 10 s: 45 s in all, instead of 15.
end_processes() {
    local component=$1 tries
    shift
    for ((tries = 0; tries < 60; tries++)); do
        if [ "$#" = 0 ] || ! kill -0 "$@" 2>/dev/null; then break; fi
        # etcd ends by itself as soon as its data is on the disk.
        if [ "$tries" -ge 6 ] && [ "$component" != etcd ]; then kill -KILL "$@" 2>/dev/null || :; fi
        sleep 0.5
    done
    systemctl restart kubelet || say "the kubelet could not be restarted; see: journalctl -u kubelet"
}

# A controller manager that has seen no node for node-monitor-grace-period, because the API server was away, counts all of
# them as lost when it is back, and their Pods leave every Service. So it is held still meanwhile, and begins anew.
controllers() {
    look_at_processes kube-controller-manager
    [ ${#pids[@]} = 0 ] || kill "-$1" "${pids[@]}" 2>/dev/null || :
}

# exchange COMPONENT FILE PODS: replaces it, and waits until another Pod than PODS runs and is healthy; sets `up`.
exchange() {
    local old stale
    up=no
    look_for_logs "$1"
    stale=$logs
    look_at_processes "$1"
    old=("${pids[@]}")
    place "$2" "$1"
    if [ "$placed" = no ]; then
        say "the manifest of $1 could not be written and is as it was. See: df $MANIFESTS"
        return 0
    fi
    case $1 in etcd | kube-apiserver) controllers STOP ;; esac
    end_processes "$1" "${old[@]}"
    await_component "$1" "$3" "$stale"
    # One that a script leaves held ends by the kubelet's probe.
    case $1 in etcd | kube-apiserver) controllers KILL ;; esac
}

# await_component COMPONENT PODS [LOGS]: sets `up` to yes where another Pod of it than PODS comes to run and is healthy. It
# gives up on one that ended twice; LOGS are those of the Pod before.
await_component() {
    local deadline limit=$((STEP_SECONDS - SECONDS - 60))
    deadline=$((SECONDS + (limit < UP_SECONDS ? limit : UP_SECONDS)))
    up=no
    while true; do
        look_for_newer "$1" "$2"
        if [ -n "$newer" ]; then
            look_at_health "$1"
            if [ "$healthy" = yes ]; then
                up=yes
                return 0
            fi
        fi
        look_for_logs "$1"
        if [ -n "$logs" ] && [ "$logs" != "${3:-}" ] && compgen -G "$logs/$1/[2-9].log" >/dev/null; then return 0; fi
        if [ "$SECONDS" -ge "$deadline" ]; then return 0; fi
        sleep 0.5
    done
}
