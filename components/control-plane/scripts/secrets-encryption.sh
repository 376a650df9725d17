# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by reconfigure.sh on a control plane node, behind encryption-keys.sh: Secrets in etcd come to be encrypted with
# the key that the configuration wants. The order is Kubernetes' own: the new key is added as one that reads, becomes the
# first, which writes; all Secrets are written again, and only then the former key goes.
set -euo pipefail

# look_for_encryption DIRECTORY: sets `encrypted` to yes where the API server's manifest there names a file with keys.
look_for_encryption() {
    encrypted=no
    if grep -q -- '--encryption-provider-config=' "$1/kube-apiserver.yaml"; then encrypted=yes; fi
}

# look_for_others: sets `others` to yes where other nodes have API servers, too.
look_for_others() {
    local lines several
    others=no
    look_for_peers
    if [ "$several" = no ]; then return 0; fi
    # An etcd that is alone again still tells of those it had.
    mount_etcd_programs
    look_at_members
    unmount_etcd_programs
    mapfile -t lines <<<"$members"
    if [ "${#lines[@]}" -gt 1 ]; then others=yes; fi
}

# refuse_decryption MANIFESTS: without its key the API server would not read one Secret any more. And the API servers of
# other nodes could not read what this one encrypts, until they have the key, too.
refuse_decryption() {
    local before
    look_for_encryption "$MANIFESTS"
    before=$encrypted
    look_for_encryption "$1"
    if [ "$before" = "$encrypted" ]; then return 0; fi
    [ "$encrypted" = yes ] ||
        die "the cluster's Secrets are encrypted, so kubernetes.encryptSecrets cannot become false on it; nothing was changed. Set it to true again"
    look_for_others
    [ "$others" = no ] ||
        die "kubernetes.encryptSecrets cannot become true while the control plane has several nodes; nothing was changed. Set it to false, go down to one node of the control plane, and up again"
}

# look_at_keys: sets `names`, an array of the keys in their order; `wanted`, the name of the one that the configuration
# wants, which may be there under another name; `spare`, names of all others on this host; `settled` to yes where nothing is
# left to do.
look_at_keys() {
    local name secret wish asked file loaded='' rewritten=''
    names=() wanted='' spare=() settled=yes
    # Not the program's file, or none at all.
    if [ ! -e "$KEYS/wanted" ] || [ ! -e "$KEYS/order" ] || ! grep -qF -- "--encryption-provider-config=$ENCRYPTION_FILE" "$MANIFESTS/kube-apiserver.yaml"; then
        return 0
    fi
    mapfile -t names <"$KEYS/order"
    asked=$(<"$KEYS/wanted")
    wanted=$asked
    wish=$(<"$KEYS/keys/$wanted")
    for name in "${names[@]}"; do
        secret=$(<"$KEYS/keys/$name")
        if [ "$secret" = "$wish" ]; then wanted=$name; fi
    done
    for file in "$KEYS"/keys/*; do
        name=${file##*/}
        if [ "$name" != "$wanted" ] && [ "$name" != "$asked" ]; then spare+=("$name"); fi
    done
    if [ -e "$KEYS/loaded" ]; then loaded=$(<"$KEYS/loaded"); fi
    if [ -e "$KEYS/rewritten" ]; then rewritten=$(<"$KEYS/rewritten"); fi
    if [ "${#spare[@]}" != 0 ] || [ "${names[*]}" != "$wanted" ] || [ "$loaded" != "$wanted" ] || [ "$rewritten" != "$wanted" ]; then settled=no; fi
}

# use_keys NAME...: the API server runs with these keys in this order. Where a run is cut off, the next one does it again.
use_keys() {
    local order loaded='' changed
    printf -v order '%s\n' "$@"
    order=${order%$'\n'}
    if [ -e "$KEYS/loaded" ]; then loaded=$(<"$KEYS/loaded"); fi
    if [ "$loaded" = "$order" ]; then return 0; fi
    forget "$KEYS/loaded"
    record "$KEYS/order" "$order"
    write_encryption
    # One that saw the API server away and come back would count nodes as lost, whose signs of life it missed.
    restart kube-apiserver kube-controller-manager
    record "$KEYS/loaded" "$order"
}

# settle_keys: whatever an earlier run has left to do.
settle_keys() {
    local name older=() rewritten=''
    look_at_keys
    if [ "$settled" = yes ]; then return 0; fi
    # What is in the file is what the API server reads, before anything is built on it.
    use_keys "${names[@]}"
    if [[ " ${names[*]} " != *" $wanted "* ]]; then
        # An API server that lacks the key which another one writes with could not read those Secrets.
        look_for_others
        if [ "$others" = yes ]; then
            say "Secrets stay encrypted with the key ${names[*]}: this stack's own, $wanted, cannot replace it while the control plane has several nodes. Go down to one of them, set kubernetes.encryptionKey one higher, and up again"
            return 0
        fi
        say "bringing in the encryption key $wanted"
        names+=("$wanted")
        use_keys "${names[@]}"
    fi
    for name in "${names[@]}"; do if [ "$name" != "$wanted" ]; then older+=("$name"); fi; done
    if [ "${names[0]}" != "$wanted" ]; then
        forget "$KEYS/rewritten"
        use_keys "$wanted" "${older[@]}"
    fi
    if [ -e "$KEYS/rewritten" ]; then rewritten=$(<"$KEYS/rewritten"); fi
    if [ "$rewritten" != "$wanted" ]; then
        say "encrypting all Secrets with the key $wanted"
        rewrite_secrets "$wanted"
        record "$KEYS/rewritten" "$wanted"
    fi
    use_keys "$wanted"
    # With those that a run which was cut off here has left.
    for name in "${spare[@]}"; do take_away "$KEYS/keys/$name"; done
}

# rewrite_secrets NAME: all are written again, and etcd itself is asked whether each of them is encrypted with that key; if
# not, this ends, and the former key stays.
rewrite_secrets() {
    local attempt listed lines counted there=unknown all=0 right=0 own="\"Value\" : \"k8s:enc:secretbox:v1:$1:"
    mount_etcd_programs
    for attempt in 1 2 3 4 5; do
        # Somebody may have changed one in between. What the API server says of one may hold the Secret.
        kubectl "$ADMIN" get secrets --all-namespaces --request-timeout 120s -o json | kubectl "$ADMIN" replace --request-timeout 120s -f - >/dev/null 2>&1 || :
        listed=$(kubectl "$ADMIN" get secrets --all-namespaces --request-timeout 120s -o name) || {
            sleep "$attempt"
            continue
        }
        mapfile -t lines <<<"$listed"
        there=${#lines[@]}
        if [ -z "$listed" ]; then there=0; fi
        # A line for each value, which is quoted and begins with the name of its key.
        counted=$("$etcdctl" --endpoints https://127.0.0.1:2379 "${ETCD_CLIENT[@]}" get --prefix /registry/secrets/ -w fields | awk -v own="$own" '
            index($0, "\"Value\" : \"") == 1 { all++; if (index($0, own) == 1) right++ }
            END { print all + 0, right + 0 }')
        read -r all right <<<"$counted"
        if [ "$all $right" = "$there $there" ]; then break; fi
        sleep "$attempt"
    done
    unmount_etcd_programs
    [ "$all $right" = "$there $there" ] ||
        die "of $there Secrets that the API server lists, $right of the $all in etcd are encrypted with the key $1; the former key stays. See: kubectl get secrets -A -o json | kubectl replace -f -; then run pulumi up again"
}
