#!/usr/bin/env bash
# Runs in the toolbox Pod: keeps /etc/ceph in step with the mons, so that the ceph command works there.
# environment: ROOK_CEPH_USERNAME
set -euo pipefail

endpoints=/etc/rook/mon-endpoints
key=$(</var/lib/rook-ceph-mon/secret.keyring)
printf '[%s]\nkey = %s\n' "$ROOK_CEPH_USERNAME" "$key" >/etc/ceph/keyring

written=
while true; do
    # a=10.0.0.1:6789,b=10.0.0.2:6789: the mons' own names are no part of an address.
    current=$(sed 's/[a-z0-9_-]\+=//g' "$endpoints")
    if [ "$current" != "$written" ]; then
        printf '[global]\nmon_host = %s\n\n[client.admin]\nkeyring = /etc/ceph/keyring\n' "$current" >/etc/ceph/ceph.conf
        written=$current
    fi
    sleep 10
done
