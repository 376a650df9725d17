#!/usr/bin/env bash
# On a control plane node: take another one out of the cluster and out of etcd, unless that would cost the quorum.
# usage: remove-control-plane-node.sh NODE_NAME [gone]   gone = its host is lost: nothing there has to end first
# inputs (standard input, see read_inputs): TOKEN_ID, of the node's bootstrap token (secret)
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=cluster.sh
. "$here/cluster.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-members.sh
. "$here/etcd-members.sh"
read_inputs TOKEN_ID
node=${1:?usage: remove-control-plane-node.sh NODE_NAME [gone]}
# The control plane may be half-made when a first up has failed: then there is nothing to take the node out of.
[ -e "$STATE/initialised" ] || exit 0
mkdir -p "$LOGS"

mount_etcd_programs
# Before the node is drained.
refuse_without_quorum "$node" removed
unmount_etcd_programs
printf 'TOKEN_ID 1\n%s\nEND\n' "$TOKEN_ID" | env STEP_SECONDS="$((STEP_SECONDS - SECONDS - 20))" "$here/remove-node.sh" "$@"
mount_etcd_programs
remove_member "$node"
