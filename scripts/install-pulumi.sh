#!/usr/bin/env bash
# Install the CLI that the program is tested with, for a CI job: later steps find it on PATH.
# usage: install-pulumi.sh
# inputs (environment): GITHUB_PATH   file that lengthens the PATH of the steps that follow
set -euo pipefail
version=3.259.0
curl -fsSL https://get.pulumi.com | sh -s -- --version "$version"
echo "$HOME/.pulumi/bin" >>"$GITHUB_PATH"
