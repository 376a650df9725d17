# systemctl: units are on or off, and what they start changes the machine.
verb= units=() quiet= now=
for word; do
    case $word in
    -q | --quiet) quiet=yes ;;
    --now) now=yes ;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$word; else units+=("${word%.service}"); fi ;;
    esac
done
mkdir -p /sim/units/active /sim/units/enabled
tell() { [ -n "$quiet" ] || echo "$1"; }
known() {
    unit_file "$1" >/dev/null || [ -e "/sim/units/transient/$1" ] || {
        echo "Failed to $verb $1.service: Unit $1.service not found." >&2
        exit 5
    }
}
start() {
    known "$1"
    # A kubelet without its program does not start; one without its settings ends and is started again.
    if [ "$1" = kubelet ] && ! command -v kubelet >/dev/null; then
        echo "Job for kubelet.service failed because the control process exited with error code." >&2
        exit 1
    fi
    : >"/sim/units/active/$1"
    [ "$1" != kubelet ] || kubelet_reports
}
# The Node object says which version its kubelet has, once the kubelet has a way to the cluster.
kubelet_reports() {
    sync_pods
    [ -s /etc/kubernetes/kubelet.conf ] || return 0
    /usr/lib/cuts/kubectl.pl node-reports "$(kubelet --version 2>/dev/null)" >/dev/null 2>&1
}
stop() {
    rm -f "/sim/units/active/$1" "/sim/units/transient/$1"
}
case $verb in
daemon-reload | daemon-reexec | reset-failed) ;;
is-active)
    if is_active "${units[0]}"; then tell active; else tell inactive && exit 3; fi
    ;;
is-enabled)
    if ! unit_file "${units[0]}" >/dev/null; then
        tell not-found
        exit 4
    fi
    if is_enabled "${units[0]}"; then tell enabled; else tell disabled && exit 1; fi
    ;;
is-system-running) echo running ;;
cat) file=$(unit_file "${units[0]}") || { echo "No files found for ${units[0]}.service." >&2 && exit 1; }
    cat "$file" "${file%/*}/${units[0]}.service.d"/*.conf "/etc/systemd/system/${units[0]}.service.d"/*.conf 2>/dev/null
    ;;
show)
    for unit in "${units[@]}"; do
        if unit_file "$unit" >/dev/null; then echo LoadState=loaded; else echo LoadState=not-found; fi
        if is_active "$unit"; then echo ActiveState=active; else echo ActiveState=inactive; fi
    done
    ;;
start) for unit in "${units[@]}"; do start "$unit"; done ;;
restart | reload-or-restart | reload) for unit in "${units[@]}"; do start "$unit"; done ;;
try-restart) for unit in "${units[@]}"; do ! is_active "$unit" || start "$unit"; done ;;
stop) for unit in "${units[@]}"; do
    known "$unit"
    stop "$unit"
done ;;
enable) for unit in "${units[@]}"; do
    known "$unit"
    : >"/sim/units/enabled/$unit"
    [ -z "$now" ] || start "$unit"
done ;;
disable) for unit in "${units[@]}"; do
    known "$unit"
    rm -f "/sim/units/enabled/$unit"
    [ -z "$now" ] || stop "$unit"
done ;;
*) echo "double of systemctl: unknown: $*" >&2 && exit 64 ;;
esac
exit 0
