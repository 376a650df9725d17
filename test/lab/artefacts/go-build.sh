#!/usr/bin/env bash
# Build programs of one published Go module, from the module proxy alone.
#
# usage: go-build.sh OUT_DIR MODULE VERSION PACKAGE=NAME...
#   PACKAGE is a path below MODULE ("." for its root), NAME the file it becomes in OUT_DIR.
# inputs (environment):
#   GO_SCRATCH    required  directory for Go's module and build caches; its owner removes it
#   GO_TOOLCHAIN  optional  toolchain to build with, as in GOTOOLCHAIN (default: the installed one)
#   GO_LDFLAGS    optional  added to "-s -w"
#   GO_TAGS       optional  build tags
#   GO_CGO        optional  1 = link C code, statically (default 0)
#
# `go install MODULE@VERSION` asks for the list of a module's versions, which a strict proxy refuses;
# a go.mod that names the exact version does not.
set -euo pipefail

out=$1 module=$2 version=$3
shift 3
mkdir -p "$out" "$GO_SCRATCH"

export GOTOOLCHAIN=${GO_TOOLCHAIN:-local} GOFLAGS='-mod=mod -modcacherw -buildvcs=false' GOWORK=off
export GOMODCACHE=$GO_SCRATCH/mod GOCACHE=$GO_SCRATCH/build GOTMPDIR=$GO_SCRATCH/tmp CGO_ENABLED=${GO_CGO:-0}
mkdir -p "$GOTMPDIR"

work=$(mktemp -d "$GO_SCRATCH/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

go_version=$(go env GOVERSION)
go_mod() {
    printf 'module artefacts\n\ngo %s\n\nrequire %s %s\n' "${go_version#go}" "$module" "$version"
}

# k8s.io/kubernetes keeps its libraries in ./staging; published on their own they are v0.MINOR.PATCH.
staged() {
    awk -v v="v0.${version#v1.}" '$2 == "=>" && $3 ~ /^\.\/staging\// { print "replace " $1 " => " $1 " " v }
                                  $1 == "replace" && $4 ~ /^\.\/staging\// { print "replace " $2 " => " $2 " " v }' "$1"
}

go_mod >go.mod
if ! go mod download -json "$module@$version" >download.json; then
    sed -n 's/^\t"Error": "\(.*\)",*$/\1/p' download.json >&2
    exit 1
fi
module_go_mod=$(sed -n 's/^\t"GoMod": "\(.*\)",*$/\1/p' download.json)
{ go_mod; staged "$module_go_mod"; } >go.mod

packages=()
{
    printf '//go:build tools\n\npackage artefacts\n\n'
    for pair in "$@"; do
        package=$module/${pair%%=*}
        package=${package%/.}
        packages+=("$package=${pair#*=}")
        printf 'import _ "%s"\n' "$package"
    done
} >tools.go

ldflags="-s -w ${GO_LDFLAGS:-}"
[ "$CGO_ENABLED" = 0 ] || ldflags="$ldflags -linkmode external -extldflags -static"

for pair in "${packages[@]}"; do
    name=${pair#*=}
    go build -trimpath -tags "${GO_TAGS:-}" -ldflags "$ldflags" -o "$work/$name" "${pair%%=*}"
    # Moved last, so that a file in OUT_DIR is always a whole one.
    mv "$work/$name" "$out/$name"
done
