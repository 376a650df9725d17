#!/usr/bin/env bash
# Install the scripts that follow on standard input, then run prepare.sh with what is left of it.
# inputs (standard input, behind this text): FILE, its number of lines and the lines, for each
# file; an empty line; prepare.sh's own inputs.
set -euo pipefail
umask 077
# bash reads a brace group whole before it runs it: what follows it on standard input stays data.
{
    scripts=/opt/kubeadm-cluster
    mkdir -p "$scripts"
    while read -r file lines && [ -n "$file" ]; do
        for ((; lines > 0; lines--)); do
            IFS= read -r line
            printf '%s\n' "$line"
        done >"$scripts/.$file"
        chmod 700 "$scripts/.$file"
        mv "$scripts/.$file" "$scripts/$file"
    done
    exec "$scripts/prepare.sh"
}
