#!/usr/bin/env bash
# On a control plane node: save all that etcd holds, Secrets included, while it runs. The cluster is not disturbed.
# usage: etcd-snapshot.sh [FILE]   "-" = print it in base64; default: a new file below /var/lib/kubeadm-cluster
# output: the path of the snapshot, readable by root alone, or the snapshot itself. No inputs.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"

[ -e "$ETCD_MANIFEST" ] || die "no etcd runs here as a static Pod: $ETCD_MANIFEST is missing"
file=${1:-$STATE/etcd-snapshots/$(date -u +%Y%m%dT%H%M%SZ).db}
target=$file
[ "$file" != - ] || target=$STATE/etcd-snapshots/streamed.$$
mkdir -p "$(dirname "$target")"

mount_etcd_programs "$ETCD_MANIFEST"
logged etcd running_etcd snapshot save "$target" || die "etcd could not be saved; is it healthy? see: crictl ps -a, journalctl -u kubelet"
logged etcd "$etcdutl" snapshot status "$target" || die "the snapshot $target cannot be read again; nothing relies on it yet"
if [ "$file" = - ]; then
    base64 "$target"
    rm -f "$target"
else
    echo "$target"
fi
