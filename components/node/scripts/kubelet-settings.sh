# shellcheck shell=bash disable=SC2153
# Sourced by reconfigure.sh and renew-node.sh: this node's kubelet takes the settings that the cluster holds for all kubelets.
set -euo pipefail

# The file as it was while another one is being tried.
readonly KUBELET_KEPT=$STATE/kubelet-config-kept.yaml

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
    local config=/var/lib/kubelet/config.yaml code up said
    kubelet_settings=refused
    if [ ! -e "$KUBELET_KEPT" ]; then install_file "$config" "$KUBELET_KEPT"; fi
    attempt kubelet kubeadm upgrade node phase kubelet-config
    # kubeadm keeps a copy of its own at each call.
    rm -rf /etc/kubernetes/tmp/kubeadm-kubelet-config*
    if [ "$code" = 0 ]; then
        kubelet_settings=taken
        if ! cmp -s "$config" "$KUBELET_KEPT"; then
            say "restarting the kubelet with new settings"
            systemctl restart kubelet || :
            look_at_kubelet
            if [ "$up" = no ]; then
                kubelet_settings=refused
                said=$(journalctl -u kubelet -n 60 -o cat --no-pager) || said=
                grep -E 'command failed|rror:' <<<"$said" | tail -n 3 >&2 || :
            fi
        fi
    fi
    # kubeadm writes the file in place: where it stopped half-way, the kept one is whole.
    if [ "$kubelet_settings" = refused ] && ! cmp -s "$config" "$KUBELET_KEPT"; then
        install_file "$KUBELET_KEPT" "$config"
        systemctl restart kubelet
    fi
    rm -f "$KUBELET_KEPT"
}
