#!/usr/bin/env bash
# Build the pause program, which is C, from the source of one published Kubernetes module.
#
# usage: pause.sh OUT_FILE KUBERNETES_VERSION PAUSE_VERSION      such as: pause.sh /tmp/pause v1.32.0 3.10
# inputs (environment):
#   GO_SCRATCH    required  directory for Go's module cache; its owner removes it
#   GO_TOOLCHAIN  optional  toolchain to fetch the module with (default: the installed one)
set -euo pipefail

out=$1 kubernetes=$2 version=$3
export GOTOOLCHAIN=${GO_TOOLCHAIN:-local} GOFLAGS=-modcacherw GOMODCACHE=$GO_SCRATCH/mod GOWORK=off

cd "$GO_SCRATCH"
source=$(go mod download -json "k8s.io/kubernetes@$kubernetes" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
mkdir -p "$(dirname "$out")"
gcc -Os -Wall -static -DVERSION="$version" -o "$out.partial" "$source/build/pause/linux/pause.c"
strip "$out.partial"
mv "$out.partial" "$out"
