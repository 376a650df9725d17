# shellcheck shell=bash
# Sourced by reconfigure.sh and renew-node.sh: this node's kubelet takes the settings that the cluster holds for all kubelets.

# The file as it was while another one is being tried.
readonly KUBELET_KEPT=$STATE/kubelet-config-kept.yaml

# A kubelet that refuses its settings ends within a second or two, and systemd starts it again only after ten.
kubelet_stays_up() {
    local tries up=0
    for ((tries = 0; tries < 60 && up < 5; tries++)); do
        sleep 1
        if systemctl -q is-active kubelet; then up=$((up + 1)); else up=0; fi
    done
    [ "$up" = 5 ]
}

# renew_kubelet_settings: restarts the kubelet only where its settings have changed; Pods stay as they are meanwhile.
# A kubelet that does not run with them gets the former ones back, and this fails.
renew_kubelet_settings() {
    local config=/var/lib/kubelet/config.yaml
    [ -e "$KUBELET_KEPT" ] || cp -p "$config" "$KUBELET_KEPT"
    logged kubelet kubeadm upgrade node phase kubelet-config || return 1
    # kubeadm keeps a copy of its own at each call.
    rm -rf /etc/kubernetes/tmp/kubeadm-kubelet-config*
    if ! cmp -s "$config" "$KUBELET_KEPT"; then
        say "restarting the kubelet with new settings"
        systemctl restart kubelet
        if ! kubelet_stays_up; then
            journalctl -u kubelet -n 60 -o cat --no-pager | grep -E 'command failed|rror:' | tail -n 3 >&2 || true
            cp -p "$KUBELET_KEPT" "$config"
            systemctl restart kubelet
            rm -f "$KUBELET_KEPT"
            return 1
        fi
    fi
    rm -f "$KUBELET_KEPT"
}
