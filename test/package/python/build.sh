#!/usr/bin/env bash
# Build what runs Pulumi programs in Python, from package registries alone.
#
# usage: build.sh OUT_DIR ENGINE_VERSION HOST_VERSION
#   OUT_DIR gets the language host, the script that it starts, `python-sdk`, and `venv` with the package pulumi.
# inputs (environment):
#   GO_SCRATCH  required  directory for Go's module and build caches; its owner removes it
#
# The host is in Go's registry up to 3.60 and makes no SDK. The engine's module makes SDKs, but has no program for it.
set -euo pipefail

out=$1 engine=$2 host=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out" "$GO_SCRATCH"
work=$(mktemp -d "$GO_SCRATCH/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

"$here/../../lab/artefacts/go-build.sh" "$work" github.com/pulumi/pulumi/sdk/v3 "v$host" \
    python/cmd/pulumi-language-python=pulumi-language-python

export GOTOOLCHAIN=local GOFLAGS='-mod=mod -modcacherw -buildvcs=false' GOWORK=off CGO_ENABLED=0
export GOMODCACHE=$GO_SCRATCH/mod GOCACHE=$GO_SCRATCH/build
cp "$here/main.go" "$work/"
cd "$work"
go_version=$(go env GOVERSION)
printf 'module python-sdk\n\ngo %s\n\nrequire github.com/pulumi/pulumi/pkg/v3 v%s\n' "${go_version#go}" "$engine" >go.mod
go build -trimpath -ldflags '-s -w' -o python-sdk .

sdk=$(go mod download -json "github.com/pulumi/pulumi/sdk/v3@v$engine" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
install -m 755 "$sdk/python/cmd/pulumi-language-python-exec" "$work/"

# parver is what SDKs need beside pulumi.
rm -rf "$out/venv"
python3 -m venv "$out/venv"
"$out/venv/bin/pip" install --quiet --disable-pip-version-check "pulumi==$engine" parver setuptools wheel
mv python-sdk pulumi-language-python-exec "$out/"
# Moved last: where it is, everything is.
mv pulumi-language-python "$out/"
