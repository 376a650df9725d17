#!/usr/bin/env bash
# Print the administrator's kubeconfig. No inputs; the output is secret.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
cat /etc/kubernetes/admin.conf
