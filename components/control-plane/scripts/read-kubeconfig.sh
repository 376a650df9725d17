#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2154
# Print the administrator's kubeconfig and, behind it, when the cluster's certificates expire: lines "# expires NAME DATE";
# and the keys of Secrets in etcd, which nodes that join the control plane need: lines "# encryption-key NAME SECRET".
# inputs (standard input, see read_inputs): TRANSFER_KEY (secret)
# output: sealed (see seal)
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
. "$here/lib.sh"
. "$here/certificates.sh"
. "$here/encryption-keys.sh"
read_inputs TRANSFER_KEY
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
more=()
if [ -e "$KEYS/order" ]; then
    names=$(<"$KEYS/order")
    for name in $names; do
        secret=$(<"$KEYS/keys/$name")
        more+=("# encryption-key $name $secret")
    done
fi
print_access
