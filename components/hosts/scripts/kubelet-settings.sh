# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by reconfigure.sh and renew-node.sh, behind patches.sh: this node's kubelet takes the settings that the cluster
# holds for all kubelets, with this node's patches: see use_patches.
# kubeadm writes their file in place: where it stopped half-way, the kept one is whole.
set -euo pipefail

# The file as it was while another one is being tried.
readonly KUBELET_CONFIG=/var/lib/kubelet/config.yaml KUBELET_KEPT=$STATE/kubelet-config-kept.yaml

keep_kubelet_settings() { if [ ! -e "$KUBELET_KEPT" ]; then install_file "$KUBELET_CONFIG" "$KUBELET_KEPT"; fi; }

# return_kubelet_settings: sets `returned` to yes where they had changed. What is moved needs no room on a full disk.
return_kubelet_settings() {
    returned=no
    if cmp -s "$KUBELET_CONFIG" "$KUBELET_KEPT"; then return 0; fi
    mv -f "$KUBELET_KEPT" "$KUBELET_CONFIG"
    sync "${KUBELET_CONFIG%/*}"
    returned=yes
}

# upgrade_node MESSAGE: kubeadm upgrade node, on all nodes but the first; ends with MESSAGE where it fails.
upgrade_node() {
    local code returned
    keep_kubelet_settings
    attempt upgrade kubeadm upgrade node "${patch_flags[@]}"
    if [ "$code" != 0 ]; then return_kubelet_settings; fi
    rm -f "$KUBELET_KEPT"
    [ "$code" = 0 ] || die "$1"
}

# look_at_kubelet: sets `up` to yes where it stays up. One that refuses its settings ends within a second or two, and
# systemd starts it again only after ten.
look_at_kubelet() {
    local tries seconds=0
    up=no
    for ((tries = 0; tries < 60 && seconds < 5; tries++)); do
        sleep 1
        if systemctl -q is-active kubelet; then seconds=$((seconds + 1)); else seconds=0; fi
    done
    if [ "$seconds" = 5 ]; then up=yes; fi
}

# renew_kubelet_settings: restarts the kubelet only where its settings have changed; Pods stay as they are meanwhile. Sets
# `kubelet_settings` to taken; or to refused, where it does not run with them and has the former ones again, or where
# kubeadm could not write them.
renew_kubelet_settings() {
    local code up said returned
    kubelet_settings=refused
    keep_kubelet_settings
    attempt kubelet kubeadm upgrade node phase kubelet-config "${patch_flags[@]}"
    # kubeadm keeps a copy of its own at each call.
    rm -rf /etc/kubernetes/tmp/kubeadm-kubelet-config*
    if [ "$code" = 0 ]; then
        kubelet_settings=taken
        if ! cmp -s "$KUBELET_CONFIG" "$KUBELET_KEPT"; then
            say "restarting the kubelet with new settings"
            up=no
            # Where that fails, the one with the former settings may still run.
            if systemctl restart kubelet; then look_at_kubelet; fi
            if [ "$up" = no ]; then
                kubelet_settings=refused
                said=$(journalctl -u kubelet -n 60 -o cat --no-pager) || said=
                grep -E 'command failed|rror:' <<<"$said" | tail -n 3 >&2 || :
            fi
        fi
    fi
    if [ "$kubelet_settings" = refused ]; then
        return_kubelet_settings
        if [ "$returned" = yes ]; then systemctl restart kubelet; fi
    fi
    rm -f "$KUBELET_KEPT"
}
