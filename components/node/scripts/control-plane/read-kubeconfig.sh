#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2154
# Print the administrator's kubeconfig and, behind it, when the cluster's certificates expire: lines "# expires NAME DATE".
# inputs (standard input, see read_inputs): TRANSFER_KEY (secret)
# output: sealed (see seal)
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
. "$here/lib.sh"
. "$here/certificates.sh"
read_inputs TRANSFER_KEY
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
print_access
