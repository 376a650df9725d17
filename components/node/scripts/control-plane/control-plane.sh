# shellcheck shell=bash
# Sourced by reconfigure.sh: the control plane's static Pods, replaced one after the other; when one does not come up,
# all of them return to what they were.

readonly MANIFESTS=/etc/kubernetes/manifests
# The manifests that were good before a change began; a change that was cut off finds them again.
readonly KEPT=$STATE/manifests-kept
readonly UP_SECONDS=120

# manifests_of CONFIG DIRECTORY: what this kubeadm makes of a configuration; nothing outside of DIRECTORY is written.
manifests_of() {
    local KUBEADM_INIT_DRYRUN_DIR=$2
    export KUBEADM_INIT_DRYRUN_DIR
    logged reconfigure kubeadm init phase control-plane all --config "$1" --dry-run &&
        logged reconfigure kubeadm init phase etcd local --config "$1" --dry-run &&
        keep_members "$2/etcd.yaml"
}
# keep_members FILE: kubeadm init makes the manifest of an etcd of one. What this one was told when it joined others it has
# read once and for all; without it the manifest would differ, and etcd be restarted.
keep_members() {
    local told
    told=$(grep -E '^ *- --initial-cluster(-state)?=' "$MANIFESTS/etcd.yaml") || return 0
    told=$told awk '/^ *- --initial-cluster-state=/ { next } /^ *- --initial-cluster=/ { print ENVIRON["told"]; next } { print }' "$1" >"$1.kept"
    mv "$1.kept" "$1"
}

# processes_of COMPONENT: lines PID POD. A static Pod is known by its hash in the names of its control groups; other Pods,
# such as a cluster within this one, have UUIDs there. The kernel keeps 15 characters of a process's name.
processes_of() {
    local pid pod
    for pid in $(pgrep -x "${1:0:15}"); do
        pod=$(grep -ohE 'pod[0-9a-f]{32}' "/proc/$pid/cgroup" 2>/dev/null | head -n 1 || true)
        [ -z "$pod" ] || echo "$pid $pod"
    done
}
pods_of() { processes_of "$1" | cut -d' ' -f2 | sort -u; }

healthy() {
    case $1 in
    kube-controller-manager) curl -fsk -m 3 -o /dev/null https://127.0.0.1:10257/healthz ;;
    kube-scheduler) curl -fsk -m 3 -o /dev/null https://127.0.0.1:10259/healthz ;;
    *) api_ready ;;
    esac
}

# The log directory of a component's youngest Pod; each start of its container is a file there, 0.log the first.
log_directory() { find /var/log/pods -mindepth 1 -maxdepth 1 -name "kube-system_$1-*" -printf '%T@ %p\n' | sort -rn | sed -n '1s/^[^ ]* //p'; }

# replace COMPONENT FILE: the kubelet ends the old Pod at once and starts the new one.
# Left to itself, an API server that has closed its port lingers for its whole grace period of 30 s, and the kubelet looks
# after the new Pod only every 10 s: 45 s in all, instead of 15.
replace() {
    local pids tries
    STALE_LOGS=$(log_directory "$1")
    mapfile -t pids < <(processes_of "$1" | cut -d' ' -f1)
    # Not made in place: the kubelet would read a half-written file.
    install -m 600 "$2" "/etc/kubernetes/.$1.yaml"
    mv "/etc/kubernetes/.$1.yaml" "$MANIFESTS/$1.yaml"
    for ((tries = 0; tries < 60; tries++)); do
        if [ ${#pids[@]} = 0 ] || ! kill -0 "${pids[@]}" 2>/dev/null; then break; fi
        # etcd ends by itself as soon as its data is on the disk.
        if [ "$tries" -ge 6 ] && [ "$1" != etcd ]; then kill -KILL "${pids[@]}" 2>/dev/null || true; fi
        sleep 0.5
    done
    systemctl restart kubelet
}

# A controller manager that has seen no node for node-monitor-grace-period, because the API server was away, counts all of
# them as lost when it is back, and their Pods leave every Service. So it is held still meanwhile, and begins anew.
controllers() {
    local pids
    mapfile -t pids < <(processes_of kube-controller-manager | cut -d' ' -f1)
    [ ${#pids[@]} = 0 ] || kill "-$1" "${pids[@]}" 2>/dev/null || true
}

# exchange COMPONENT FILE POD: replaces it, and waits until another Pod than POD runs and is healthy.
exchange() {
    local code=0
    case $1 in
    etcd | kube-apiserver)
        controllers STOP
        replace "$1" "$2"
        comes_up "$1" "$3" || code=$?
        # One that a script leaves held ends by the kubelet's probe.
        controllers KILL
        return "$code"
        ;;
    esac
    replace "$1" "$2"
    comes_up "$1" "$3"
}

# comes_up COMPONENT POD: waits until another Pod of it than POD runs and is healthy. It gives up on one that ended twice.
comes_up() {
    local deadline=$((SECONDS + UP_SECONDS)) logs pods
    while [ "$SECONDS" -lt "$deadline" ]; do
        pods=$(pods_of "$1" | grep -vxF "${2:--}" || true)
        if [ -n "$pods" ] && healthy "$1"; then return 0; fi
        logs=$(log_directory "$1")
        if [ "$logs" != "${STALE_LOGS:-}" ] && compgen -G "$logs/$1/[2-9].log" >/dev/null; then return 1; fi
        sleep 0.5
    done
    return 1
}

# change COMPONENT FILE: the component runs with the manifest FILE, or this fails.
change() {
    if [ ! -e "$KEPT/$1.yaml" ]; then
        mkdir -p "$KEPT"
        pods_of "$1" >"$KEPT/$1.pod"
        cp -p "$MANIFESTS/$1.yaml" "$KEPT/.$1.yaml"
        mv "$KEPT/.$1.yaml" "$KEPT/$1.yaml"
    fi
    if cmp -s "$2" "$MANIFESTS/$1.yaml"; then
        comes_up "$1" "$(cat "$KEPT/$1.pod")"
    else
        exchange "$1" "$2" "$(cat "$KEPT/$1.pod")"
    fi
}

# What a component says last.
report() {
    local logs
    logs=$(log_directory "$1")
    say "$1 says:"
    find "$logs" -name '*.log' -printf '%T@ %p\n' | sort -n | cut -d' ' -f2- | xargs -r cat | cut -d' ' -f4- | tail -n 8 >&2
}
# What is different in a component's manifest: - what was there, + what was tried.
differences() { diff "$KEPT/$1.yaml" "$2" | sed -n 's/^< *- */- /p; s/^> *- */+ /p' | tr '\n' ' '; }

# All components that were changed get their kept manifests back.
put_back() {
    local file component tried
    for file in "$KEPT"/*.yaml; do
        component=$(basename "$file" .yaml)
        cmp -s "$file" "$MANIFESTS/$component.yaml" && continue
        tried=$(pods_of "$component" | grep -vxFf "$KEPT/$component.pod" || true)
        exchange "$component" "$file" "$tried" ||
            say "$(hostname): $component has its former manifest again and is not healthy yet; see: journalctl -u kubelet"
    done
    rm -rf "$KEPT"
}
