#!/usr/bin/env bash
# On a control plane node: make a node's declared taints so. Taints that were never declared are not touched.
# usage: taint.sh NODE_NAME
# inputs (standard input, see read_inputs): TAINTS, lines KEY=VALUE:EFFECT
# What was declared before stands in the node's annotation kubeadm-cluster/taints.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
read_inputs TAINTS
node=$1

{
    read -r declared || true
    present=$(cat)
} < <(admin get node "$node" -o 'jsonpath={.metadata.annotations.kubeadm-cluster/taints}{"\n"}{range .spec.taints[*]}{.key}={.value}:{.effect}{"\n"}{end}')
for taint in ${declared//,/ }; do
    grep -qxF "$taint" <<<"$TAINTS" && continue
    # KEY=VALUE:EFFECT is removed by KEY:EFFECT-; one that somebody else has removed is as good as gone.
    admin taint node "$node" "${taint%%=*}:${taint##*:}-" >/dev/null 2>&1 || true
done
while read -r taint; do
    [ -z "$taint" ] || grep -qxF "$taint" <<<"$present" || admin taint node "$node" --overwrite "$taint" >/dev/null
done <<<"$TAINTS"
