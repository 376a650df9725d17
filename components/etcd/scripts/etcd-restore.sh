#!/usr/bin/env bash
# On a control plane node: put etcd back to what a snapshot holds. What was done in the cluster since then is lost.
# Where etcd had several members, this one is alone afterwards. The API server is away meanwhile; Pods run on. The data that was there before is kept below /var/lib/kubeadm-cluster.
# usage: etcd-restore.sh FILE [IDENTITY]   "-" = read it from standard input, in base64
#   IDENTITY = that of the stack which asks: a host of another stack refuses. Without it nobody is asked whose the host is.
# output: where the data that was there before is kept
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=cluster.sh
. "$here/cluster.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"
# shellcheck source-path=SCRIPTDIR source=containers.sh
. "$here/containers.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-data.sh
. "$here/etcd-data.sh"

snapshot=${1:?usage: etcd-restore.sh FILE [IDENTITY]}
refuse_other_stack "${2:-}"
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
received=$STATE/etcd-snapshots/received.db
lock
if [ "$snapshot" = - ]; then
    snapshot=$received
    trap 'rm -f "$received"' EXIT
    mkdir -p "${snapshot%/*}"
    base64 -d >"$snapshot" || die "what came on standard input is no base64, or there is no room for it; nothing was changed. See: df ${snapshot%/*}"
fi
mkdir -p "$PARKED"
# An earlier run that was cut off has left them there.
etcd_manifest=$ETCD_MANIFEST
[ -e "$etcd_manifest" ] || etcd_manifest=$PARKED/etcd.yaml
[ -e "$etcd_manifest" ] || die "no etcd runs here as a static Pod: $ETCD_MANIFEST is missing"
# flag NAME: sets `value` to that of etcd's flag, which kubeadm writes once.
flag() {
    local line
    value=
    while IFS= read -r line; do
        if [[ "$line" =~ ^[[:space:]]+-[[:space:]]--$1=([^[:space:]]+)$ ]]; then value=${BASH_REMATCH[1]}; fi
    done <"$etcd_manifest"
    [ -n "$value" ] || die "$etcd_manifest has no flag --$1; it is not as kubeadm writes it. Nothing was changed"
}
flag data-dir
# shellcheck disable=SC2034  # etcd-data.sh reads it
readonly DATA=${value%/}
name_kept_data

look_at_peers() {
    local metrics
    heard=0
    metrics=$(curl -s -m 5 http://127.0.0.1:2381/metrics) || return 0
    heard=$(awk '/^etcd_network_active_peers/ { heard += $2 } END { print heard + 0 }' <<<"$metrics")
}
look_at_peers
[ "$heard" = 0 ] ||
    die "$heard other members of etcd run, and would go on with what this one forgets; the restored cluster begins with this host alone. Switch their hosts off first; nothing was changed. docs/high-availability.md says how they join again"

mount_etcd_programs
# Whatever fails, the control plane is started again: with the restored data or, before these are in place, the old.
trap 'rm -f "$received"; start_control_plane; unmount_etcd_programs' EXIT
must etcd "$snapshot is no whole snapshot of etcd; nothing was changed" "$etcdutl" snapshot status "$snapshot"

flag name
name=$value
flag initial-advertise-peer-urls
rm -rf "$RESTORED"
restore=("$etcdutl" snapshot restore "$snapshot" --data-dir "$RESTORED" --name "$name"
    --initial-cluster "$name=$value" --initial-advertise-peer-urls "$value")
# Clients that watch must not meet a revision twice: with these they are told to list anew.
help=$("$etcdutl" snapshot restore --help 2>&1) || help=
if [[ "$help" == *--bump-revision* ]]; then restore+=(--bump-revision 1000000000 --mark-compacted); fi
must etcd "the snapshot could not be unpacked; nothing was changed. See: df $STATE" "${restore[@]}"
[ -d "$RESTORED/member" ] || die "etcd has unpacked no members' data; nothing was changed"

stop_control_plane
keep_data
move_directory "$RESTORED/member" "$DATA/member"
say "starting the control plane"
start_control_plane

api=away
for ((tries = 0; tries < 90; tries++)); do
    look_at_api
    if [ "$api" = ready ]; then break; fi
    sleep 2
done
[ "$api" = ready ] ||
    die "the API server does not answer /readyz 180 s after the restore. What was there before is in $kept/member: see crictl ps -a, journalctl -u kubelet"
# There is nothing to give back any more.
trap 'rm -f "$received"; unmount_etcd_programs' EXIT
forget "$KEPT_NAME"
for ((tries = 0; tries < 30; tries++)); do
    told=$(kubectl "$ADMIN" get --raw /readyz --request-timeout 5s 2>/dev/null) || told=
    if [ "$told" = ok ]; then break; fi
    sleep 2
done
[ "$told" = ok ] ||
    say "$HOSTNAME: restored, and the API server answers here, but not yet by the endpoint of /etc/kubernetes/admin.conf: have it lead to this host before the next pulumi up"
rm -rf "${PARKED%/*}"
answer "$kept"
