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
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../../node/scripts/lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLUSTER OSD_COUNT CEPH_IMAGE WAIT_SECONDS RESTART_SECONDS
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"

# A destroy that was given up after it had set this left an operator that does nothing for the cluster any more.
if [ -n "$(field cephcluster "$CLUSTER" '{.spec.cleanupPolicy.confirmation}')" ]; then
    [ -z "$(field cephcluster "$CLUSTER" '{.metadata.deletionTimestamp}')" ] ||
        die "the Ceph cluster is being deleted; let pulumi destroy end it, then run pulumi up again"
    k patch cephcluster "$CLUSTER" --type merge -p '{"spec":{"cleanupPolicy":{"confirmation":null}}}' >/dev/null
fi

# look: sets the four signs, and open = what is still missing.
look() {
    local osds
    open=()
    phase=$(field cephcluster "$CLUSTER" '{.status.phase}')
    health=$(field cephcluster "$CLUSTER" '{.status.ceph.health}')
    stored=$(field cephcluster "$CLUSTER" '{.status.storage.osd.storeType.bluestore}')
    stored=${stored:-0}
    osds=$(k get deployments -l app=rook-ceph-osd -o 'jsonpath={range .items[*]}{.status.availableReplicas}/{.spec.template.spec.containers[0].image}{"\n"}{end}' 2>/dev/null || true)
    deployed=$(grep -c . <<<"$osds" || true)
    available=$(grep -cx "[1-9][0-9]*/$CEPH_IMAGE" <<<"$osds" || true)
    wanted=${OSD_COUNT:-$deployed}
    [ "$wanted" -gt 0 ] || wanted=1
    [ "$phase" = Ready ] || open+=("phase ${phase:-unknown}, not Ready")
    operator=$(field deployment rook-ceph-operator '{.status.availableReplicas}')
    [ "$stored" = "$wanted" ] || open+=("$stored of $wanted OSDs in its status")
    [ "$available" = "$wanted" ] || open+=("$available of $wanted OSD Deployments available with $CEPH_IMAGE")
    case $health in
    HEALTH_OK | HEALTH_WARN) ;;
    *) open+=("health ${health:-unknown}") ;;
    esac
}
text() { printf '%s; ' "${open[@]}" | sed 's/; $//'; }
prepare_logs() {
    say "the logs of the OSDs' preparation:"
    k get pods -l app=rook-ceph-osd-prepare -o name 2>/dev/null | while read -r pod; do
        k logs "$pod" --all-containers --tail 15 2>&1 | sed "s|^|${pod#pod/}: |" >&2 || true
    done
}

restarted=false told=-30
while true; do
    look
    [ "${#open[@]}" -gt 0 ] || exit 0
    if [ "$SECONDS" -ge "$WAIT_SECONDS" ]; then
        prepare_logs
        [ -n "$operator" ] || open+=("the operator is not available")
        details=$(field cephcluster "$CLUSTER" '{.status.message}')
        die "the Ceph cluster was not ready within $WAIT_SECONDS s: $(text). It says: ${details:-nothing}. See kubectl -n $NAMESPACE logs deploy/rook-ceph-operator; devices must be raw, and named per node in storage.nodes"
    fi
    if ! $restarted && [ "$deployed" -lt "$wanted" ] && [ "$SECONDS" -ge "$RESTART_SECONDS" ]; then
        prepare_logs
        say "$deployed of $wanted OSDs after $RESTART_SECONDS s; the operator is restarted once, for it does not look at the nodes again by itself"
        k rollout restart deployment rook-ceph-operator >/dev/null || true
        restarted=true
    fi
    if [ $((SECONDS - told)) -ge 30 ]; then
        say "waiting for the Ceph cluster: $(text)"
        told=$SECONDS
    fi
    sleep 3
done
