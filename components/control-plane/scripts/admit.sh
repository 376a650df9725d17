#!/usr/bin/env bash
# On a control plane node: admit another node by a bootstrap token that is only valid for 15 minutes.
# While the node has not joined, admission.sh keeps renewing it, so that a join that failed can be run again later.
# usage: admit.sh NODE_NAME [unless-admitted]   unless-admitted = change nothing where this very machine has been admitted
# inputs (standard input, see read_inputs):
#   TOKEN_ID, TOKEN_SECRET   the halves of the token (secret)
#   NODE_ADDRESS             the node's own address, for which its kubelet may have a certificate
#   MACHINE_IDENTITY         machine-id and product_uuid of the node; two hosts of a cluster must not share them
#   REPAIR                   another text than before = the node may have to join anew: admit it, whatever it is. Default: none
#   CERTIFICATE_KEY          for a node of the control plane: what its certificates are encrypted with on their way (secret)
# output: for a node of the control plane that is admitted, the pin of the cluster's authority
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=cluster.sh
. "$here/cluster.sh"
# shellcheck source-path=SCRIPTDIR source=serving-approval.sh
. "$here/serving-approval.sh"
# shellcheck source-path=SCRIPTDIR source=node-records.sh
. "$here/node-records.sh"
# shellcheck source-path=SCRIPTDIR source=bootstrap-token.sh
. "$here/bootstrap-token.sh"
# shellcheck source-path=SCRIPTDIR source=admission-unit.sh
. "$here/admission-unit.sh"
# shellcheck source-path=SCRIPTDIR source=upload-certificates.sh
. "$here/upload-certificates.sh"
# shellcheck source-path=SCRIPTDIR source=repair.sh
. "$here/repair.sh"
CERTIFICATE_KEY='' REPAIR=''
read_inputs TOKEN_ID TOKEN_SECRET NODE_ADDRESS MACHINE_IDENTITY CERTIFICATE_KEY REPAIR
node=${1:?usage: admit.sh NODE_NAME [unless-admitted]}
require_node_name "$node"
require_token_id "$TOKEN_ID"
[[ "$TOKEN_SECRET" =~ ^[a-z0-9]{16}$ ]] || die "TOKEN_SECRET is not the second half of a bootstrap token; nothing was changed"
[[ "$CERTIFICATE_KEY" =~ ^([0-9a-f]{64})?$ ]] || die "CERTIFICATE_KEY is not 64 hexadecimal digits; nothing was changed"
require_machine "$MACHINE_IDENTITY"
lock
adopt_machines

# look_at_admission: sets `admitted` to yes where this very machine is in the cluster under this name.
look_at_admission() {
    local recorded
    admitted=no
    if [ -f "$NODES/$node" ]; then
        recorded=$(<"$NODES/$node")
        if [ "$recorded" = "$MACHINE_IDENTITY" ]; then admitted=yes; fi
        return 0
    fi
    # What another control plane node has admitted is not in this one's records. Only there, and only of itself, a node is
    # believed: taken for another machine, it would be taken out of the cluster.
    await_api 60 "nobody can tell whether $node is in the cluster"
    recorded=$(kubectl "$ADMIN" get node "$node" --ignore-not-found --request-timeout 20s -o 'jsonpath={.status.nodeInfo.machineID}')
    if [ "$recorded" = "${MACHINE_IDENTITY% *}" ]; then admitted=yes; fi
}

# refuse_clone NAME MACHINE_ID UUID: kubelets of two would report as one machine, and network peers refuse each other.
refuse_clone() {
    [ "$2" != "${MACHINE_IDENTITY% *}" ] ||
        die "$node has the machine-id of $1 ($2); on one of them: rm /etc/machine-id, systemd-machine-id-setup, reboot"
    if [ "$3" != - ] && [ "$3" = "${MACHINE_IDENTITY#* }" ]; then
        die "$node has the product_uuid of $1 ($3); give one of the virtual machines a UUID of its own"
    fi
}

admitted=no since=''
look_at_repair "admit-$node"
if [ "${2:-}" = unless-admitted ]; then
    look_at_admission
    # shellcheck disable=SC2154  # look_at_repair sets it
    if [ "$admitted" = yes ] && [ "$repairing" = no ]; then
        record "$NODES/$node" "$MACHINE_IDENTITY"
        record_node "$node" "$NODE_ADDRESS"
        exit 0
    fi
    # What the Node says was said before; only what its kubelet says from now on tells that it needs no token.
    if [ "$admitted" = yes ]; then printf -v since '%(%FT%TZ)T' -1; fi
fi
for file in "$NODES"/*; do
    if [ ! -f "$file" ] || [ "${file##*/}" = "$node" ]; then continue; fi
    read -r machine_id uuid <"$file"
    refuse_clone "${file##*/}" "$machine_id" "$uuid"
done
machine_id=$(</etc/machine-id)
uuid=-
if [ -r /sys/class/dmi/id/product_uuid ]; then uuid=$(cat /sys/class/dmi/id/product_uuid 2>/dev/null) || uuid=-; fi
refuse_clone "$HOSTNAME" "$machine_id" "$uuid"

await_api "$((STEP_SECONDS > 90 ? STEP_SECONDS - 60 : 30))" "$node cannot be admitted; nothing was changed"
if [ "${2:-}" = unless-admitted ] && [ "$admitted" = no ]; then
    # The host was installed anew, or had been given up: what it was before is gone.
    removal=remove-node.sh
    [ -z "$CERTIFICATE_KEY" ] || removal=remove-control-plane-node.sh
    printf 'TOKEN_ID 1\n%s\nEND\n' "$TOKEN_ID" | env STEP_SECONDS="$((STEP_SECONDS - SECONDS))" "$here/$removal" "$node" gone
fi
record_node "$node" "$NODE_ADDRESS"
let_join
kind=worker pin='' owner=''
if [ -n "$CERTIFICATE_KEY" ]; then
    kind=control-plane
    upload_certificates
fi
record "$ADMISSIONS/$TOKEN_ID" "$node
$kind
$owner${since:+$'\n'$since}"
start_admissions
# Last: a run that was cut off before admits anew.
record "$NODES/$node" "$MACHINE_IDENTITY"
repaired "admit-$node"
[ -z "$pin" ] || answer "$pin"
