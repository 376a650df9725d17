#!/usr/bin/env bash
# On a control plane node: admit the control plane's first node again where its host is a new one, which was lost before.
# usage: readmit.sh NODE_NAME
# inputs (standard input, see read_inputs) and output: as of admit.sh, which reads them
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# A host that is no node of the control plane yet has nobody to admit. Its inputs are read in any case, see commandLine.
if [ ! -e "$STATE/initialised" ]; then
    cat >/dev/null
    exit 0
fi
exec "$here/admit.sh" "$1" unless-admitted
