#!/usr/bin/env bash
# Wait until the Ceph cluster is ready. Its phase alone says Ready also with no OSD, and its health HEALTH_OK; so four
# signs are taken together: phase, number of OSDs, their Deployments, health.
# inputs (standard input, see read_inputs):
#   NAMESPACE, CLUSTER    of the CephCluster
#   OSD_COUNT             how many OSDs there must be; empty = any number, but one at least
#   CEPH_IMAGE            the image that all OSDs must have
#   WAIT_SECONDS          how long in all
#   RESTART_SECONDS       after how long with OSDs missing the operator is restarted, once
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER OSD_COUNT CEPH_IMAGE WAIT_SECONDS RESTART_SECONDS
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"

# A destroy that was given up after it had set this left an operator that does nothing for the cluster any more.
field cephcluster "$CLUSTER" '{.spec.cleanupPolicy.confirmation}'
if [ -n "$said" ]; then
    field cephcluster "$CLUSTER" '{.metadata.deletionTimestamp}'
    [ -z "$said" ] || die "the Ceph cluster is being deleted; let pulumi destroy end it, then run pulumi up again"
    "${K[@]}" patch cephcluster "$CLUSTER" --type merge -p '{"spec":{"cleanupPolicy":{"confirmation":null}}}' >/dev/null ||
        die "the confirmation of an earlier destroy could not be taken back; the line above says why. Run pulumi up again"
fi

# look: sets the four signs, and open = what is still missing. Who could not ask knows of nothing that is ready.
look() {
    local sign value osds
    open=() phase='' health='' stored=0 operator='' deployed=0 available=0
    ask -n "$NAMESPACE" get cephcluster "$CLUSTER" --ignore-not-found \
        -o 'jsonpath=phase {.status.phase}{"\n"}health {.status.ceph.health}{"\n"}stored {.status.storage.osd.storeType.bluestore}{"\n"}'
    [ "$asked" = yes ] || open+=("the API server could not be asked: ${why##*$'\n'}")
    while read -r sign value; do
        case $sign in
        phase) phase=$value ;;
        health) health=$value ;;
        stored) stored=${value:-0} ;;
        esac
    done <<<"$said"
    ask -n "$NAMESPACE" get deployments -l app=rook-ceph-osd -o 'jsonpath={range .items[*]}{.status.availableReplicas}/{.spec.template.spec.containers[0].image}{"\n"}{end}'
    known=$asked osds=$said
    while IFS= read -r value; do
        if [ -z "$value" ]; then continue; fi
        deployed=$((deployed + 1))
        if [[ "$value" == [1-9]*"/$CEPH_IMAGE" ]]; then available=$((available + 1)); fi
    done <<<"$osds"
    wanted=${OSD_COUNT:-$deployed}
    [ "$wanted" -gt 0 ] || wanted=1
    [ "$phase" = Ready ] || open+=("phase ${phase:-unknown}, not Ready")
    ask -n "$NAMESPACE" get deployment rook-ceph-operator --ignore-not-found -o 'jsonpath={.status.availableReplicas}'
    operator=$said
    [ "$stored" = "$wanted" ] || open+=("$stored of $wanted OSDs in its status")
    [ "$available" = "$wanted" ] || open+=("$available of $wanted OSD Deployments available with $CEPH_IMAGE")
    case $health in
    HEALTH_OK | HEALTH_WARN) ;;
    *) open+=("health ${health:-unknown}") ;;
    esac
}
# Sets `text` to what is open.
text() {
    printf -v text '%s; ' "${open[@]}"
    text=${text%; }
}
prepare_logs() {
    local pod lines
    say "the logs of the OSDs' preparation:"
    ask -n "$NAMESPACE" get pods -l app=rook-ceph-osd-prepare -o name
    for pod in $said; do
        lines=$("${K[@]}" logs "$pod" --all-containers --tail 15 2>&1) || :
        while IFS= read -r line; do say "${pod#pod/}: $line"; done <<<"$lines"
    done
}

restarted=no told=-30
# Before this step is ended from outside.
limit=$((WAIT_SECONDS < STEP_SECONDS - 15 ? WAIT_SECONDS : STEP_SECONDS - 15))
while true; do
    look
    if [ "${#open[@]}" = 0 ]; then exit 0; fi
    if [ "$SECONDS" -ge "$limit" ]; then
        prepare_logs
        [ -n "$operator" ] || open+=("the operator is not available")
        text
        ask -n "$NAMESPACE" get cephcluster "$CLUSTER" --ignore-not-found -o 'jsonpath={.status.message}'
        die "the Ceph cluster was not ready within $limit s: $text. It says: ${said:-nothing}. See kubectl -n $NAMESPACE logs deploy/rook-ceph-operator; devices must be raw, and named per node in storage.nodes"
    fi
    if [ "$restarted" = no ] && [ "$known" = yes ] && [ "$deployed" -lt "$wanted" ] && [ "$SECONDS" -ge "$RESTART_SECONDS" ]; then
        prepare_logs
        say "$deployed of $wanted OSDs after $RESTART_SECONDS s; the operator is restarted once, for it does not look at the nodes again by itself"
        # One that fails is tried again.
        if "${K[@]}" rollout restart deployment rook-ceph-operator >/dev/null; then restarted=yes; fi
    fi
    if [ $((SECONDS - told)) -ge 30 ]; then
        text
        say "waiting for the Ceph cluster: $text"
        told=$SECONDS
    fi
    sleep 3
done
