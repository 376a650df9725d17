#!/usr/bin/env bash
# On a control plane node: put etcd back to what a snapshot holds. What was done in the cluster since then is lost.
# Where etcd had several members, this one is alone afterwards. The API server is away meanwhile; Pods run on. The data that was there before is kept below /var/lib/kubeadm-cluster.
# usage: etcd-restore.sh FILE   "-" = read it from standard input, in base64
# output: where the data that was there before is kept
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"
# shellcheck source-path=SCRIPTDIR source=containers.sh
. "$here/containers.sh"
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"

snapshot=${1:?usage: etcd-restore.sh FILE}
if [ "$snapshot" = - ]; then
    snapshot=$STATE/etcd-snapshots/received.db
    mkdir -p "${snapshot%/*}"
    base64 -d >"$snapshot" || die "what came on standard input is no base64; nothing was changed"
fi
lock

manifests=/etc/kubernetes/manifests data=/var/lib/etcd
work=$STATE/etcd-restore kept=$STATE/etcd-before-$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$work/manifests"
# An earlier run that was cut off has left them there.
etcd_manifest=$ETCD_MANIFEST
[ -e "$etcd_manifest" ] || etcd_manifest=$work/manifests/etcd.yaml

flag() { sed -n "s/^ *- --$1=//p" "$etcd_manifest"; }
runs() { [ -n "$(running "$1")" ]; }
# until_true SECONDS COMMAND...
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 1
    done
}
# Whatever fails, the control plane is started again: with the restored data or, before these are in place, the old.
start_control_plane() {
    [ -d "$data/member" ] || [ ! -d "$kept/member" ] || mv "$kept/member" "$data/member"
    find "$work/manifests" -name '*.yaml' -exec mv -t "$manifests" {} +
    # Containers that have ended often are held back by it, and start again at once with a new one.
    systemctl restart kubelet
}

heard=$(curl -s -m 5 http://127.0.0.1:2381/metrics | awk '/^etcd_network_active_peers/ { heard += $2 } END { print heard + 0 }')
[ "$heard" = 0 ] ||
    die "$heard other members of etcd run, and would go on with what this one forgets; the restored cluster begins with this host alone. Switch their hosts off first; nothing was changed. README says how they join again"

mount_etcd_programs "$etcd_manifest"
trap 'start_control_plane; unmount_etcd_programs' EXIT
logged etcd "$etcdutl" snapshot status "$snapshot" || die "$snapshot is no whole snapshot of etcd; nothing was changed"

rm -rf "$work/data"
restore=("$etcdutl" snapshot restore "$snapshot" --data-dir "$work/data" --name "$(flag name)"
    --initial-cluster "$(flag name)=$(flag initial-advertise-peer-urls)" --initial-advertise-peer-urls "$(flag initial-advertise-peer-urls)")
# Clients that watch must not meet a revision twice: with these they are told to list anew.
if "$etcdutl" snapshot restore --help 2>&1 | grep -q -- --bump-revision; then
    restore+=(--bump-revision 1000000000 --mark-compacted)
fi
logged etcd "${restore[@]}" || die "the snapshot could not be unpacked; nothing was changed"

say "stopping the control plane"
for component in kube-scheduler kube-controller-manager kube-apiserver etcd; do
    [ ! -e "$manifests/$component.yaml" ] || mv "$manifests/$component.yaml" "$work/manifests/"
done
gone() { ! runs kube-scheduler && ! runs kube-controller-manager && ! runs kube-apiserver && ! runs etcd; }
until_true 120 gone || die "the control plane's Pods did not stop within 120 s; the old data is in place and they are started again. Is the kubelet running?"

mkdir -p "$kept"
[ ! -d "$data/member" ] || mv "$data/member" "$kept/member"
mv "$work/data/member" "$data/member"
say "starting the control plane"
start_control_plane

until_true 180 api_ready ||
    die "the API server does not answer /readyz 180 s after the restore. What was there before is in $kept/member: see crictl ps -a, journalctl -u kubelet"
# There is nothing to give back any more.
trap unmount_etcd_programs EXIT
by_endpoint() { [ "$(admin get --raw /readyz --request-timeout 5s 2>/dev/null)" = ok ]; }
until_true 60 by_endpoint ||
    say "$(hostname): restored, and the API server answers here, but not yet by $(sed -n 's/^ *server: //p' /etc/kubernetes/admin.conf): have it lead to this host before the next pulumi up"
rm -rf "$work" "$STATE/etcd-snapshots/received.db"
echo "$kept"
