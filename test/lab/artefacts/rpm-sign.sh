#!/usr/bin/env bash
# Sign all .rpm files below a directory, index them, and sign the index. The key is made for this repository alone and thrown
# away: REPOSITORY_DIR/repodata/repomd.xml.key is its public part.
#
# usage: rpm-sign.sh REPOSITORY_DIR
set -euo pipefail

repository=$1
keys=$(mktemp -d)
trap 'gpgconf --homedir "$keys" --kill all 2>/dev/null || true; rm -rf "$keys"' EXIT
umask 022
rm -rf "$repository/repodata"
gpg=(gpg --homedir "$keys" --batch --quiet --no-tty --pinentry-mode loopback --passphrase '')
"${gpg[@]}" --quick-gen-key "lab <lab@localhost>" rsa2048 sign never 2>/dev/null
program=$(command -v gpg)
find "$repository" -name '*.rpm' -print0 |
    xargs -0 rpmsign --addsign --define "_gpg_name lab@localhost" --define "_gpg_path $keys" --define "__gpg $program" \
        --define "_dbpath $keys/db" >"$keys/log" 2>&1 || {
    tail -n 5 "$keys/log" >&2
    exit 1
}
createrepo_c --quiet --no-database --simple-md-filenames "$repository"
"${gpg[@]}" --armor --export >"$repository/repodata/repomd.xml.key"
"${gpg[@]}" --armor --detach-sign --output "$repository/repodata/repomd.xml.asc" "$repository/repodata/repomd.xml"
