# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by the scripts that run kubeadm: patches of what it writes. The program's own lie in a directory that is named by
# their digest: those in force stay whole while others are tried. The owner's lie where the configuration says.
set -euo pipefail

readonly PATCHES_ROOT=$STATE/patches
# Says in which directory the patches are that are in force.
readonly PATCHES_IN_FORCE=$STATE/patches-in-force

# name_patches: sets `patches` to the directory that PATCHES or PATCHES_DIRECTORY stands for, and `patches_before` to that of
# the patches in force; nothing where there are none.
name_patches() {
    local digest
    patches=$PATCHES_DIRECTORY patches_before=
    if [ -n "$PATCHES" ]; then
        digest=$(sha256sum <<<"$PATCHES")
        patches=$PATCHES_ROOT/${digest:0:16}
    fi
    if [ -e "$PATCHES_IN_FORCE" ]; then patches_before=$(<"$PATCHES_IN_FORCE"); fi
}

# bring_patches: as name_patches, and the directory is there. PATCHES has the files as standard input has a script's inputs.
bring_patches() {
    local name lines line text changed
    name_patches
    if [ -z "$PATCHES" ]; then
        [ -z "$patches" ] || [ -d "$patches" ] ||
            die "patches.directory $patches is no directory on this host; nothing was changed. Put it there, or bring the patches by kubernetes.kubeadm.patches"
        return 0
    fi
    while read -r name lines; do
        [[ "$name $lines" =~ ^[a-z][A-Za-z0-9_+-]*\.(json|yaml)\ [1-9][0-9]*$ ]] ||
            die "\"$name\" is no name of a patch of kubeadm; nothing was changed"
        text=
        for ((; lines > 0; lines--)); do
            IFS= read -r line
            text+=$line$'\n'
        done
        put "$patches/$name" 600 "${text%$'\n'}"
    done <<<"$PATCHES"
}

# use_patches DIRECTORY: sets the array `patch_flags`, for kubeadm upgrade. A directory of the owner's may be gone by now.
use_patches() {
    patch_flags=()
    if [ -n "$1" ] && [ -d "$1" ]; then patch_flags=(--patches "$1"); fi
}

# patched_document TEXT DIRECTORY: sets `document` to the InitConfiguration or JoinConfiguration TEXT with this directory. In
# one that an earlier version of the program has kept there may be the directory of that time.
patched_document() {
    local line inside=no
    document=
    while IFS= read -r line; do
        case $line in
        'patches:'*) inside=yes ;;
        ' '*) ;;
        *) inside=no ;;
        esac
        if [ "$inside" = no ]; then document+=$line$'\n'; fi
    done <<<"$1"
    if [ -n "$2" ]; then document+="patches:"$'\n'"  directory: \"$2\""$'\n'; fi
    document=${document%$'\n'}
}

# look_for_patches TARGET: sets `named` to words about the patches of it, or of all where it is empty, to be added to what went wrong.
look_for_patches() {
    local file names=
    named=
    if [ -z "$patches" ]; then return 0; fi
    for file in "$patches/$1"*; do
        if [ -e "$file" ]; then names+=${names:+, }${file##*/}; fi
    done
    if [ -n "$names" ]; then named=" (patched by $names)"; fi
}

# settle_patches: those that were brought are in force, and others of the program's go.
settle_patches() {
    local directory files file
    if [ -n "$patches" ]; then record "$PATCHES_IN_FORCE" "$patches"; else forget "$PATCHES_IN_FORCE"; fi
    for directory in "$PATCHES_ROOT"/*; do
        if [ ! -d "$directory" ] || [ "$directory" = "$patches" ]; then continue; fi
        files=$(find "$directory" -type f)
        while IFS= read -r file; do
            if [ -n "$file" ]; then take_away "$file"; fi
        done <<<"$files"
        rm -rf "$directory"
    done
}
