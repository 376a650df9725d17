#!/usr/bin/env bash
# On a control plane node: save all that etcd holds, Secrets included, while it runs. The cluster is not disturbed.
# usage: etcd-snapshot.sh [FILE [IDENTITY]]   "-" = print it in base64; default: a new file below /var/lib/kubeadm-cluster
#   IDENTITY = that of the stack which asks: a host of another stack refuses. Without it nobody is asked whose the host is.
# output: the path of the snapshot, readable by root alone, or the snapshot itself as one line. No inputs.
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"

refuse_other_stack "${2:-}"
[ -e "$ETCD_MANIFEST" ] || die "no etcd runs here as a static Pod: $ETCD_MANIFEST is missing"
snapshots=$STATE/etcd-snapshots
now=$(date -u +%Y%m%dT%H%M%SZ)
file=${1:-$snapshots/$now.db}
# Beside its place until it is whole. One name: what a run that was killed has left, Secrets included, is overwritten.
new=$snapshots/.new
case $file in
- | "$snapshots"/*) ;;
/*) new=${file%/*}/.${file##*/}.new ;;
*) die "$file does not begin with /; name the whole path of the snapshot" ;;
esac
mkdir -p "$LOGS" "${new%/*}/"

mount_etcd_programs
trap 'rm -f "$new" "$new.part"; unmount_etcd_programs' EXIT
# The others are what earlier versions of this script wrote to.
rm -f "$new" "$new.part" "$snapshots"/.*.db.new "$snapshots"/.*.db.new.part "$snapshots"/.streamed*
must etcd "etcd could not be saved; is it healthy, and is there room? See: df ${new%/*}; crictl ps -a; journalctl -u kubelet" \
    "$etcdctl" --endpoints https://127.0.0.1:2379 "${ETCD_CLIENT[@]}" snapshot save "$new"
must etcd "the snapshot cannot be read again, and is not kept; see: df ${new%/*}" "$etcdutl" snapshot status "$new"
if [ "$file" = - ]; then
    printf 'kubeadm-cluster> '
    base64 -w 0 "$new"
    printf '\n'
else
    chmod 600 "$new"
    sync "$new"
    mv -f "$new" "$file"
    sync "${file%/*}/"
    answer "$file"
fi
