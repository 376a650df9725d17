# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by init.sh, reconfigure.sh, verify.sh and admit.sh, behind patches.sh: what kubeadm init was told of this node alone, which stays so for its life.
set -euo pipefail

readonly INIT_DOCUMENT=$STATE/init-configuration.yaml

# own_document: prints it. A host that was made before this file was has it in front of kubeadm's other documents.
own_document() {
    local documents
    if [ -e "$INIT_DOCUMENT" ]; then
        documents=$(<"$INIT_DOCUMENT")
    else
        documents=$(<"$STATE/kubeadm.yaml")
    fi
    printf '%s\n' "${documents%%$'\n---\n'*}"
}

# keep_init_configuration: it has a file of its own from now on.
keep_init_configuration() {
    local changed own
    if [ -e "$INIT_DOCUMENT" ]; then return 0; fi
    own=$(own_document)
    put "$INIT_DOCUMENT" 600 "$own"
}

# whole_configuration TEXT PATCHES: sets `whole` to the node's own document, with the directory PATCHES, and TEXT behind it.
whole_configuration() {
    local own document
    own=$(own_document)
    patched_document "$own" "$2"
    whole=$document$'\n---\n'$1
}
