#!/usr/bin/env bash
# Print the administrator's kubeconfig, encrypted: a session that breaks now has its output printed in the error.
# inputs (standard input, see read_inputs): TRANSFER_KEY (secret)
# output: base64 of openssl's "Salted__" format, AES-256-CBC, PBKDF2 with SHA-256
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
read_inputs TRANSFER_KEY
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -base64 -A -pass fd:3 -in /etc/kubernetes/admin.conf 3<<<"$TRANSFER_KEY"
