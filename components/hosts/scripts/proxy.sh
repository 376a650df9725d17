# shellcheck shell=bash
# Sourced by prepare-proxy.sh and reset.sh: where the proxy is named on a host, and how that goes.
set -euo pipefail

# remove_proxy: everything that names a proxy, but what has to be restarted.
remove_proxy() {
    give_back /etc/apt/apt.conf.d/95kubeadm-cluster-proxy
    give_back /etc/dnf/dnf.conf
    take_away /etc/systemd/system/{containerd,kubelet}.service.d/20-kubeadm-cluster-proxy.conf
    rmdir /etc/systemd/system/{containerd,kubelet}.service.d 2>/dev/null || true
    # Last: by it a run that was cut off is found.
    take_away "$STATE/proxy.env"
}
