# shellcheck shell=bash disable=SC2154,SC2016
# Sourced by prepare.sh: the kubelet's unit. Packages bring theirs; binaries get what those packages ship.
set -euo pipefail

if [ "$INSTALL" = binaries ]; then
    # Where packages of the RHEL family look for the owner's flags.
    look_at_manager
    sysconfig=
    if [ "$manager" = dnf ]; then sysconfig=$'\nEnvironmentFile=-/etc/sysconfig/kubelet'; fi
    keep_original /etc/systemd/system/kubelet.service
    keep_original /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
    put /etc/systemd/system/kubelet.service 644 '[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target containerd.service

[Service]
ExecStart=/usr/local/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target'
    put /etc/systemd/system/kubelet.service.d/10-kubeadm.conf 644 '# kubeadm init and join write the files named here.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet'"$sysconfig"'
ExecStart=
ExecStart=/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS'
    chmod 755 /etc/systemd/system/kubelet.service.d
    # Whatever an earlier run that was cut off has left unread.
    systemctl daemon-reload
fi
unit=$(systemctl cat kubelet 2>/dev/null) || unit=
[[ "$unit" == *KUBELET_KUBEADM_ARGS* ]] ||
    die "the unit kubelet.service is not as kubeadm needs it; install the packages kubelet and kubeadm, or write the unit as they ship it"
systemctl -q is-enabled kubelet || systemctl -q enable kubelet
if [ -e "$STATE/restart-kubelet" ]; then
    systemctl try-restart kubelet || die "the kubelet does not start again; see: journalctl -u kubelet"
    forget "$STATE/restart-kubelet"
fi
