# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by reconfigure.sh, behind control-plane.sh: what kubeadm makes of the settings, and the way back.
set -euo pipefail

# manifests_of CONFIG DIRECTORY: what this kubeadm makes of a configuration; nothing outside of DIRECTORY is written.
manifests_of() {
    local -x KUBEADM_INIT_DRYRUN_DIR=$2
    local refused named
    look_for_patches ''
    refused="kubeadm cannot make manifests of these settings$named; nothing was changed. Correct what the lines above name and run pulumi up again"
    mkdir -p "$2"
    must reconfigure "$refused" kubeadm init phase control-plane all --config "$1" --dry-run
    must reconfigure "$refused" kubeadm init phase etcd local --config "$1" --dry-run
    keep_members "$2/etcd.yaml"
}

# keep_members FILE: kubeadm init makes the manifest of an etcd of one. What this one was told when it joined others it has
# read once and for all; without it the manifest would differ, and etcd be restarted. kubeadm writes one flag a line.
keep_members() {
    local line told='' text=''
    while IFS= read -r line; do
        case $line in *'- --initial-cluster='* | *'- --initial-cluster-state='*) told+=$line$'\n' ;; esac
    done <"$MANIFESTS/etcd.yaml"
    if [ -z "$told" ]; then return 0; fi
    while IFS= read -r line; do
        case $line in
        *'- --initial-cluster-state='*) ;;
        *'- --initial-cluster='*) text+=$told ;;
        *) text+=$line$'\n' ;;
        esac
    done <"$1"
    printf '%s' "$text" >"$1"
}

# keep_manifests: before the first of them is changed, all are copied; a copy is whole and on the disk, or this ends.
keep_manifests() {
    local component
    for component in "${COMPONENTS[@]}"; do
        if [ -e "$KEPT/$component.yaml" ]; then continue; fi
        look_at_processes "$component"
        record "$KEPT/$component.pod" "${pods%$'\n'}"
        install_file "$MANIFESTS/$component.yaml" "$KEPT/$component.yaml"
    done
}

# In one step: copies that are left half removed would count as kept.
drop_kept() {
    rm -rf "$KEPT.done"
    if [ -e "$KEPT" ]; then mv "$KEPT" "$KEPT.done"; fi
    rm -rf "$KEPT.done"
}

# change COMPONENT FILE: sets `up` to yes where the component runs with the manifest FILE.
change() {
    local former
    former=$(<"$KEPT/$1.pod")
    # Placed by a run that was cut off.
    if cmp -s "$2" "$MANIFESTS/$1.yaml"; then await_component "$1" "$former"; else exchange "$1" "$2" "$former"; fi
}

# put_back: all components that were changed get their kept manifests back. Sets `restored` to no where one could not be
# written: then the copies stay.
put_back() {
    local component former kept
    restored=yes
    for component in "${COMPONENTS[@]}"; do
        kept=$KEPT/$component.yaml
        if [ ! -e "$kept" ] || cmp -s "$kept" "$MANIFESTS/$component.yaml"; then continue; fi
        former=$(<"$KEPT/$component.pod")
        look_for_newer "$component" "$former"
        exchange "$component" "$kept" "$newer"
        if ! cmp -s "$kept" "$MANIFESTS/$component.yaml"; then
            restored=no
        elif [ "$up" = no ]; then
            say "$HOSTNAME: $component has its former manifest again and is not healthy yet; see: journalctl -u kubelet"
        fi
    done
    if [ "$restored" = yes ]; then drop_kept; fi
}

# report COMPONENT: what it says last.
report() {
    local found file text=''
    look_for_logs "$1"
    say "$1 says:"
    if [ -z "$logs" ]; then return 0; fi
    found=$(find "$logs" -name '*.log' -printf '%T@ %p\n' 2>/dev/null) || :
    found=$(sort -n <<<"$found")
    while read -r _ file; do
        if [ -r "$file" ]; then text+=$(cut -d' ' -f4- <"$file")$'\n'; fi
    done <<<"$found"
    tail -n 8 <<<"${text%$'\n'}" >&2 || :
}

# look_at_differences COMPONENT FILE: sets `differences`: - what was there, + what was tried.
look_at_differences() {
    local line lines
    differences=
    lines=$(diff "$KEPT/$1.yaml" "$2") || :
    while read -r line; do
        case $line in
        '< '*'- '*) differences+="- ${line#*- } " ;;
        '> '*'- '*) differences+="+ ${line#*- } " ;;
        esac
    done <<<"$lines"
    differences=${differences% }
}
