# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by reconfigure.sh and renew-certificates.sh: components of the control plane begin anew with what they read only
# once.
# shellcheck source-path=SCRIPTDIR source=containers.sh
. "$here/containers.sh"
set -euo pipefail

# restart COMPONENT...: ended, each is started again by the kubelet. No manifest is touched that a broken run would have to
# give back. The API server would wait a minute for its watchers: it has ten seconds.
restart() {
    local component attempt now pending code
    local limit=$((STEP_SECONDS - SECONDS - 30)) deadline
    if [ "$limit" -gt 120 ]; then limit=120; fi
    deadline=$((SECONDS + limit))
    local -A old
    for component; do
        now=$(running "$component")
        old[$component]=$now
    done
    for ((attempt = 1; ; attempt++)); do
        pending=''
        for component; do
            now=$(running "$component")
            if [ -n "$now" ] && [ "$now" != "${old[$component]}" ]; then continue; fi
            pending+=" $component"
            code=0
            # One that ends by itself meanwhile is no failure.
            case $attempt-$now in
            # One that has ended often is held back by the kubelet, for minutes in the end; a new one starts it at once.
            8-) systemctl restart kubelet ;;
            *-) ;;
            1-*) ctr -n k8s.io tasks kill --signal SIGTERM "$now" || code=$? ;;
            10-*) ctr -n k8s.io tasks kill --signal SIGKILL "$now" || code=$? ;;
            esac
            if [ "$code" != 0 ]; then say "$component could not be ended, which is tried once more"; fi
        done
        look_at_api
        if [ -z "$pending" ] && [ "$api" = ready ]; then return 0; fi
        if [ "$SECONDS" -ge "$deadline" ]; then break; fi
        sleep 1
    done
    die "within $limit s${pending:- the API server} did not come back from a restart; see: crictl ps -a, journalctl -u kubelet. Then run pulumi up again"
}
