# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by init.sh and reconfigure.sh: what kubeadm init was told of this node alone, which stays so for its life.
set -euo pipefail

readonly INIT_DOCUMENT=$STATE/init-configuration.yaml

# keep_init_configuration: a host that was made before this file was has it in front of kubeadm's other documents.
keep_init_configuration() {
    local changed documents
    if [ -e "$INIT_DOCUMENT" ]; then return 0; fi
    documents=$(<"$STATE/kubeadm.yaml")
    put "$INIT_DOCUMENT" 600 "${documents%%$'\n---\n'*}"
}

# whole_configuration TEXT: sets `whole` to the node's own document and TEXT behind it.
whole_configuration() {
    local own
    own=$(<"$INIT_DOCUMENT")
    whole=$own$'\n---\n'$1
}
