#!/usr/bin/env bash
# Give the host back: its node, its pod network's state, and every file that the other scripts put there.
# Installed packages stay. No inputs. Safe on a host where nothing, or only a part, was done.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
lock

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

systemctl -q disable --now kubelet 2>/dev/null || true
rm -rf /etc/systemd/system/kubelet.service /etc/systemd/system/kubelet.service.d
systemctl daemon-reload

while read -r registry; do
    rm -rf "/etc/containerd/certs.d/$registry"
done < <(cat "$STATE/mirrored-registries" 2>/dev/null || true)
rmdir /etc/containerd/certs.d 2>/dev/null || true

# Each file that a script made or changed, back to what it was.
if [ -d "$STATE/made" ]; then
    while IFS= read -r file; do
        if [ -e "$file.before-kubeadm-cluster" ]; then
            mv "$file.before-kubeadm-cluster" "$file"
        else
            rm -f "$file"
        fi
    done < <(cd "$STATE/made" && find . -type f | sed 's/^\.//')
fi
systemctl -q is-active containerd && systemctl restart containerd

if [ -e "$STATE/cni-plugins" ]; then
    (cd /opt/cni/bin && xargs -r rm -f) <"$STATE/cni-plugins"
    rmdir /opt/cni/bin /opt/cni 2>/dev/null || true
fi

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
