#!/usr/bin/env bash
# Print the administrator's kubeconfig, encrypted: a session that breaks now has its output printed in the error.
# inputs (standard input, see read_inputs): TRANSFER_KEY (secret)
# output: sealed (see seal)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
read_inputs TRANSFER_KEY
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
seal </etc/kubernetes/admin.conf
