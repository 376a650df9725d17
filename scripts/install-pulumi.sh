#!/usr/bin/env bash
# Install the CLI that the program is tested with, for a CI job: later steps find it on PATH.
# usage: install-pulumi.sh [ARCHIVE_SHA256]
#   ARCHIVE_SHA256   what the archive of this version must be: the line pulumi-v3.259.0-linux-x64.tar.gz of the release's
#                    checksums, kept by whoever runs this (the variable PULUMI_SHA256 of the workflows). Without it, the
#                    file scripts/pulumi.sha256 says it: a pull request from a fork gets no variable.
# inputs (environment): GITHUB_PATH   file that lengthens the PATH of the steps that follow
set -euo pipefail
version=3.259.0
sum=${1:-}
kept=${BASH_SOURCE[0]%/*}/pulumi.sha256
if [ -z "$sum" ] && [ -e "$kept" ]; then read -r sum _ <"$kept" || true; fi
[[ "$sum" =~ ^[0-9a-f]{64}$ ]] || {
    echo "install-pulumi.sh: give the SHA-256 of pulumi-v$version-linux-x64.tar.gz, in CI by the variable PULUMI_SHA256" >&2
    echo "and, for pull requests from forks, by the file scripts/pulumi.sha256; found was '$sum'; nothing was installed" >&2
    exit 2
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
curl -fsSL --proto '=https' --proto-redir '=https' --retry 3 -o "$work/pulumi.tar.gz" \
    "https://github.com/pulumi/pulumi/releases/download/v$version/pulumi-v$version-linux-x64.tar.gz"
found=$(sha256sum "$work/pulumi.tar.gz")
[ "${found%% *}" = "$sum" ] || {
    echo "install-pulumi.sh: the archive has the SHA-256 ${found%% *}, wanted is $sum; nothing was installed" >&2
    exit 1
}
mkdir -p "$HOME/.pulumi/bin"
tar -xzf "$work/pulumi.tar.gz" -C "$HOME/.pulumi/bin" --strip-components=1 --no-same-owner
echo "$HOME/.pulumi/bin" >>"$GITHUB_PATH"
