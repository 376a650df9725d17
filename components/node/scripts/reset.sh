#!/usr/bin/env bash
# Give the host back: its node, its pod network's state, and every file that the other scripts put there.
# The distribution's packages stay, those of Kubernetes go if they were not here before. No inputs. Safe on a host where nothing, or only a part, was done.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
lock
remove_serving_approval

# A cluster that somebody else made is not this program's to take down.
if [ -e "$STATE/cluster-identity" ] || [ -e "$STATE/joining" ]; then
    say "kubeadm reset"
    logged reset kubeadm reset -f || die "kubeadm reset failed; correct what its last lines name and run it again"
    # shellcheck source-path=SCRIPTDIR source=reset-network.sh
    . "$here/reset-network.sh"
    rm -rf /etc/kubernetes /var/lib/etcd
    find /var/lib/kubelet -mindepth 1 -delete 2>/dev/null || true
    if [ -s "$STATE/user-kubeconfig" ]; then rm -f "$(cat "$STATE/user-kubeconfig")"; fi
    ctr -n k8s.io images list -q 2>/dev/null | xargs -r ctr -n k8s.io images remove >/dev/null 2>&1 || true
fi

# Not before: kubeadm asks the API server, and that may be by the virtual address.
# shellcheck source-path=SCRIPTDIR source=vip.sh
. "$here/vip.sh"
remove_vip

if [ "$(cat "$STATE/install" 2>/dev/null)" = none ]; then
    systemctl -q stop kubelet 2>/dev/null || true
else
    systemctl -q disable --now kubelet 2>/dev/null || true
fi
# shellcheck source-path=SCRIPTDIR source=install-kubernetes.sh
. "$here/install-kubernetes.sh"
uninstall_kubernetes
remove_proxy
if [ -e "$STATE/containerd-version" ]; then
    systemctl -q disable --now containerd 2>/dev/null || true
    if [ -e "$STATE/containerd-data" ]; then find /var/lib/containerd -mindepth 1 -delete 2>/dev/null || true; fi
    give_back /etc/systemd/system/containerd.service
fi

while read -r registry; do
    rm -rf "/etc/containerd/certs.d/$registry"
done < <(cat "$STATE/mirrored-registries" 2>/dev/null || true)
rmdir /etc/containerd/certs.d 2>/dev/null || true

# Each file that a script made or changed, back to what it was.
if [ -d "$STATE/made" ]; then
    while IFS= read -r file; do give_back "$file"; done < <(cd "$STATE/made" && find . -type f | sed 's/^\.//')
fi
systemctl daemon-reload
if [ -e "$STATE/containerd-version" ]; then
    rmdir /opt/containerd/bin /opt/containerd/lib /opt/containerd /etc/containerd 2>/dev/null || true
    # A distribution's own that the archive's has hidden runs again.
    systemctl -q enable --now containerd 2>/dev/null || true
fi
systemctl -q is-active containerd && systemctl restart containerd
rmdir /opt/cni/bin /opt/cni 2>/dev/null || true

rm -f /etc/modules-load.d/kubeadm-cluster.conf /etc/sysctl.d/99-kubeadm-cluster.conf
if grep -q '^# kubeadm-cluster: ' /etc/fstab 2>/dev/null; then
    sed -i 's/^# kubeadm-cluster: //' /etc/fstab
    swapon -a || say "$(hostname): swap could not be switched on again; see swapon -a"
fi
if grep -q '# kubeadm-cluster$' /etc/hosts; then
    hosts=$(grep -v '# kubeadm-cluster$' /etc/hosts || true)
    put /etc/hosts 644 <<<"$hosts" || true
fi
rm -rf "$STATE" "$LOGS" "$here"
