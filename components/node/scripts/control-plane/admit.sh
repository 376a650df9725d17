#!/usr/bin/env bash
# On a control plane node: admit another node by a bootstrap token that is only valid for 15 minutes.
# While the node has not joined, admission.sh keeps renewing it, so that a join that failed can be run again later.
# usage: admit.sh NODE_NAME [unless-admitted]   unless-admitted = change nothing where this very machine has been admitted
# inputs (standard input, see read_inputs):
#   TOKEN_ID, TOKEN_SECRET   the halves of the token (secret)
#   NODE_ADDRESS             the node's own address, for which its kubelet may have a certificate
#   MACHINE_IDENTITY         machine-id and product_uuid of the node; two hosts of a cluster must not share them
#   CERTIFICATE_KEY          for a node of the control plane: what its certificates are encrypted with on their way (secret)
# output: for a node of the control plane that is admitted, the pin of the cluster's authority
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
CERTIFICATE_KEY=''
read_inputs TOKEN_ID TOKEN_SECRET NODE_ADDRESS MACHINE_IDENTITY CERTIFICATE_KEY
node=$1
lock

# Clones of one disk image: the kubelets of both would report as one machine, and network peers refuse each other.
machines=$STATE/machines
[ -e "$machines" ] || touch "$machines"
listed() { grep -qxF "$node $MACHINE_IDENTITY" "$machines"; }
remember() {
    if ! listed; then
        sed -i "/^$node /d" "$machines"
        echo "$node $MACHINE_IDENTITY" >>"$machines"
    fi
    record_node "$node" "$NODE_ADDRESS"
}
# What another control plane node has admitted is not in this one's list.
admitted() {
    listed ||
        [ "$(admin get node "$node" --ignore-not-found -o 'jsonpath={.status.nodeInfo.machineID}')" = "${MACHINE_IDENTITY% *}" ]
}
if [ "${2:-}" = unless-admitted ] && admitted; then
    remember
    exit 0
fi
own="$(hostname) $(cat /etc/machine-id) $(cat /sys/class/dmi/id/product_uuid 2>/dev/null || echo -)"
while read -r other machine_id uuid; do
    [ "$other" != "$node" ] || continue
    [ "$machine_id" != "${MACHINE_IDENTITY% *}" ] ||
        die "$node has the machine-id of $other ($machine_id); on one of them: rm /etc/machine-id, systemd-machine-id-setup, reboot"
    [ "$uuid" = - ] || [ "$uuid" != "${MACHINE_IDENTITY#* }" ] ||
        die "$node has the product_uuid of $other ($uuid); give one of the virtual machines a UUID of its own"
done < <(cat "$machines" && echo "$own")
if [ "${2:-}" = unless-admitted ]; then
    # The host was installed anew, or had been given up: what it was before is gone.
    removal=remove-node.sh
    [ -z "$CERTIFICATE_KEY" ] || removal=remove-control-plane-node.sh
    "$here/$removal" "$node" gone <<<"TOKEN_ID 1"$'\n'"$TOKEN_ID"
fi
remember

# Server-side: a client-side apply would keep the token in an annotation besides.
admin apply --server-side --force-conflicts --field-manager kubeadm-cluster -f - >/dev/null <<SECRET
apiVersion: v1
kind: Secret
type: bootstrap.kubernetes.io/token
metadata: {name: bootstrap-token-$TOKEN_ID, namespace: kube-system}
stringData:
  description: Admission of the node $node by kubeadm-cluster
  token-id: $TOKEN_ID
  token-secret: $TOKEN_SECRET
  expiration: $(date -u -d '+15 minutes' +%FT%TZ)
  usage-bootstrap-authentication: "true"
  usage-bootstrap-signing: "true"
  auth-extra-groups: system:bootstrappers:kubeadm:default-node-token
SECRET

if [ -n "$CERTIFICATE_KEY" ]; then
    # shellcheck source-path=SCRIPTDIR source=upload-certificates.sh
    . "$here/upload-certificates.sh"
    upload_certificates
fi

unit=kubeadm-cluster-admission-$TOKEN_ID
systemctl -q stop "$unit" 2>/dev/null || true
systemd-run -q --collect --unit "$unit" --property RuntimeMaxSec=86400 "$here/admission.sh" "$node" "$TOKEN_ID" ${CERTIFICATE_KEY:+control-plane}
