#!/usr/bin/env bash
# Install the scripts that follow on standard input, then run prepare.sh with what is left of it. One of them is run
# before anything is written: precheck.sh, which may refuse the host.
# usage: bash -s [unless-done]   unless-done = where the very same was done before, change nothing and answer as then
# inputs (standard input, behind this text): a line with the base64 of what gzip has made of FILE, its number of lines
# and the lines, for each file; the inputs of precheck.sh and prepare.sh.
set -euo pipefail
umask 077
# bash reads a brace group whole before it runs it: what follows it on standard input stays data.
{
    scripts=/opt/kubeadm-cluster
    # What was done last: a digest of it all, then what prepare.sh has answered.
    done=/var/lib/kubeadm-cluster/prepared
    # The dot keeps a broken session's half line from being completed.
    payload=$(cat && printf .)
    [[ "$payload" == *$'\nEND\n.' ]] || { echo "the scripts for this host were cut off on their way; nothing was changed. Run pulumi up again" >&2 && exit 1; }
    digest=$(printf '%s\n' "$payload" | sha256sum)
    if [ "${1:-}" = unless-done ] && [ "$(head -n 1 "$done" 2>/dev/null)" = "$digest" ]; then
        exec tail -n +2 "$done"
    fi
    exec < <(printf '%s' "${payload%.}")
    # Apart from the loop that reads them: the failure of a process substitution goes unseen.
    files=$(IFS= read -r packed && base64 -d <<<"$packed" | gzip -d) ||
        { echo "the scripts for this host arrived broken, or it has no gzip" >&2 && exit 1; }
    declare -A texts=()
    while read -r file lines; do
        text=
        for ((; lines > 0; lines--)); do
            IFS= read -r line
            text+=$line$'\n'
        done
        texts[$file]=$text
    done < <(printf '%s\n' "$files")
    # Without the dot its last empty lines would be lost.
    inputs=$(cat && printf .)
    inputs=${inputs%.}
    if [ -n "${texts[precheck.sh]:-}" ]; then
        printf '%s%s' "${texts[precheck.sh]}" "$inputs" | bash -s
    fi

    rm -f "$done"
    mkdir -p "$scripts"
    for file in "${!texts[@]}"; do
        printf '%s' "${texts[$file]}" >"$scripts/.$file"
        chmod 700 "$scripts/.$file"
        mv "$scripts/.$file" "$scripts/$file"
    done
    answer=$(printf '%s' "$inputs" | "$scripts/prepare.sh")
    printf '%s\n%s\n' "$digest" "$answer" >"$done"
    printf '%s\n' "$answer"
    exit
}
