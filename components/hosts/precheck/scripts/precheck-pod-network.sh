# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what decides over the Pods' network on this host.
set -euo pipefail

# containerd takes the first file there by its name, whichever network has written it.
check_cni_files() {
    local own type path name
    case $NETWORK in
    weave) own=10-weave.conflist type=weave-net ;;
    flannel) own=10-flannel.conflist type=flannel ;;
    *) return 0 ;;
    esac
    for path in /etc/cni/net.d/{,.}*.{conf,conflist,json}; do
        name=${path##*/}
        if [ ! -e "$path" ]; then continue; fi
        # That of a node is the program's own; on another host it was put there by hand, or left.
        if [ "$name" = "$own" ] && [ "$ours" = yes ]; then continue; fi
        if [ "$name" = "$own" ] || grep -qsE "\"type\" *: *\"$type\"" "$path"; then
            finding warning "earlier network" "$path" "none before this cluster's own $own" "remove it unless it is wanted: rm $path"
        elif [[ "$name" < "$own" ]]; then
            lack "CNI file" "$path" "none that sorts before $own: containerd takes the first one for every Pod" \
                "if that network is of no use any more: rm $path"
        elif [ "$ours" = no ]; then
            finding warning "earlier network" "$path" "no other network's configuration" "remove it unless another program needs it"
        fi
    done
}
