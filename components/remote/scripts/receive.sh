#!/usr/bin/env bash
# Install the scripts that follow on standard input, then run prepare.sh with what is left of it. One of them is run
# before anything is written: precheck.sh, which may refuse the host.
# usage: bash -s [unless-done]   unless-done = where the very same was done before, change nothing and answer as then
# inputs (standard input, behind this text): a line with the base64 of what gzip has made of FILE, its number of lines
# and the lines, for each file; the inputs of precheck.sh and prepare.sh.
set -euo pipefail
umask 077
# As in inputs.sh: a session that breaks off does not end its script.
trap '' PIPE HUP
# bash keeps long here-documents, secrets among them, in a file: in one that is in memory.
declare +x TMPDIR=/dev/shm
# bash reads a brace group whole before it runs it: what follows it on standard input stays data.
{
    scripts=/opt/kubeadm-cluster
    # What was done last: a digest of it all, then what prepare.sh has answered.
    done=/var/lib/kubeadm-cluster/prepared
    lock=/run/kubeadm-cluster.lock
    refuse() {
        printf '%s: %s\n' "$HOSTNAME" "$1" >&2
        exit 1
    }
    # The dot keeps a broken session's half line from being completed.
    payload=$(cat && printf .)
    [[ "$payload" == *$'\nEND\n.' ]] || refuse "the scripts for this host were cut off on their way; nothing was changed. Run pulumi up again"
    digest=$(printf '%s\n' "$payload" | sha256sum)
    if [ "${1:-}" = unless-done ] && [ -e "$done" ]; then
        mapfile -t answers <"$done"
        if [ "${answers[0]:-}" = "$digest" ]; then
            if [ ${#answers[@]} -gt 1 ]; then printf '%s\n' "${answers[@]:1}"; fi
            exit
        fi
    fi
    # Cut by lines: bash takes seconds to cut a text this long by a pattern.
    mapfile -t lines <<<"${payload%$'\n.'}"
    printf -v inputs '%s\n' "${lines[@]:1}"
    files=$(printf '%s' "${lines[0]}" | base64 -d | gzip -d) ||
        refuse "the scripts for this host arrived broken, or it has no gzip; nothing was changed"
    declare -A texts=()
    mapfile -t lines <<<"$files"
    for ((at = 0; at < ${#lines[@]}; at += count + 1)); do
        read -r file count <<<"${lines[at]}"
        printf -v text '%s\n' "${lines[@]:at+1:count}"
        texts[$file]=$text
    done
    if [ -n "${texts[precheck.sh]:-}" ]; then
        printf '%s%s' "${texts[precheck.sh]}" "$inputs" | bash -s
    fi

    # A step that still runs, its session broken, goes on with the scripts that it has begun with.
    exec 9>>"$lock"
    flock -w "$((${STEP_SECONDS:-600} / 2))" 9 ||
        refuse "another step of kubeadm-cluster still runs here; nothing was changed. Run pulumi up again when it has ended; see: fuser -v $lock"
    if [ -e "$done" ]; then
        rm -f "$done"
        sync "${done%/*}"
    fi
    mkdir -p "$scripts"
    news=()
    for file in "${!texts[@]}"; do
        news+=("$scripts/.$file")
        printf '%s' "${texts[$file]}" >"$scripts/.$file" || refuse "$scripts cannot be written; its scripts are as they were. See: df $scripts"
    done
    chmod 700 "${news[@]}"
    sync "${news[@]}" || refuse "$scripts cannot be written; its scripts are as they were. See: df $scripts"
    for file in "${!texts[@]}"; do mv -f "$scripts/.$file" "$scripts/$file"; done
    sync "$scripts"
    exec 9>&-

    answer=$(printf '%s' "$inputs" | "$scripts/prepare.sh")
    # As record does: whole, and on the disk.
    printf '%s\n%s\n' "$digest" "$answer" >"$done.new"
    sync "$done.new"
    mv -f "$done.new" "$done"
    sync "${done%/*}"
    printf '%s\n' "$answer"
    exit
}
