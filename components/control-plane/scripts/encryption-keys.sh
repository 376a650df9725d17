# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by init.sh and reconfigure.sh: the keys by which the API server writes and reads Secrets in etcd. A key that may
# be needed to read one is never removed or overwritten.
set -euo pipefail

# What the API server reads: made of the files below, and never read by a script that knows these.
readonly ENCRYPTION_FILE=$STATE/api-server/encryption.yaml
# keys/NAME   a key in base64
# wanted      name of the key that the configuration wants
# order       names of those in ENCRYPTION_FILE; the first is the one that writes
# loaded      the order with which the API server was started
# rewritten   name of the key that all Secrets are known to be encrypted with
readonly KEYS=$STATE/encryption
readonly KEY_NAME='^(stack|key-[0-9a-f]{16})$' KEY_SECRET='^[A-Za-z0-9+/]{43}=$'

# encryption_text KEY...: sets `text` to the API server's configuration, each KEY as NAME SECRET.
encryption_text() {
    local key
    text="apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources:
      - secrets
    providers:
      - secretbox:
          keys:"
    for key; do
        text+="
            - name: ${key% *}
              secret: ${key#* }"
    done
    # What was written before there was a key can be read, too.
    text+=$'\n      - identity: {}'
}

# keep_key NAME SECRET: the key is on this host.
keep_key() {
    local found file=$KEYS/keys/$1 changed
    [[ "$1" =~ $KEY_NAME && "$2" =~ $KEY_SECRET ]] || die "the encryption key $1 is not of the form that this program makes; nothing was changed"
    if [ -e "$file" ]; then
        found=$(<"$file")
        [ "$found" = "$2" ] || die "$file holds another key than this one of the same name, and is not overwritten; nothing was changed. Where no Secret needs it, remove it and run pulumi up again"
        return 0
    fi
    install -d -m 700 "$KEYS" "$KEYS/keys"
    put "$file" 600 "$2"
}

# write_encryption: ENCRYPTION_FILE holds the keys in their order; sets `changed` to yes where it did not.
write_encryption() {
    local names name secret keys=() text
    names=$(<"$KEYS/order")
    for name in $names; do
        [[ "$name" =~ $KEY_NAME ]] || die "$KEYS/order names $name, which is no key of this program; $ENCRYPTION_FILE stays as it is"
        secret=$(<"$KEYS/keys/$name")
        keys+=("$name $secret")
    done
    encryption_text "${keys[@]}"
    install -d -m 700 "$STATE/api-server"
    put "$ENCRYPTION_FILE" 600 "$text"
}

# adopt_key: a cluster that was made before there were several keys has one, named stack, in a file of exactly one form.
adopt_key() {
    local text found secret
    if [ -e "$KEYS/order" ] || [ ! -e "$ENCRYPTION_FILE" ]; then return 0; fi
    found=$(<"$ENCRYPTION_FILE")
    secret=${found#*'name: stack'*'secret: '}
    secret=${secret%%$'\n'*}
    encryption_text "stack $secret"
    [ "$found" = "$text" ] ||
        die "$ENCRYPTION_FILE is not as this program has written it, so its keys are not known; nothing was changed. Put back what was there"
    keep_key stack "$secret"
    # The API server has read it when it started.
    record "$KEYS/rewritten" stack
    record "$KEYS/loaded" stack
    record "$KEYS/order" stack
}

# want_key NAME SECRET: what the configuration wants. On a living cluster reconfigure.sh brings it in; the file that its API
# server reads stays as it is.
want_key() {
    adopt_key
    keep_key "$1" "$2"
    record "$KEYS/wanted" "$1"
}

# begin_with_keys KEY...: lines NAME SECRET, for an API server that has not been started: it has read nothing yet.
begin_with_keys() {
    local key changed names=''
    for key; do
        keep_key "${key% *}" "${key#* }"
        names+=${names:+$'\n'}${key% *}
    done
    forget "$KEYS/loaded" "$KEYS/rewritten"
    record "$KEYS/order" "$names"
    write_encryption
}
