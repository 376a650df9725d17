#!/usr/bin/env bash
# Print the administrator's kubeconfig and, behind it, when the cluster's certificates expire: lines "# expires NAME DATE".
# inputs (standard input, see read_inputs): TRANSFER_KEY (secret)
# output: sealed (see seal)
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=certificates.sh
. "$here/certificates.sh"
read_inputs TRANSFER_KEY
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
print_access
