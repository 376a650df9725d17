# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: the kubelet's unit. Packages bring theirs; binaries get what those packages ship.

if [ "$INSTALL" = binaries ]; then
    changed=false
    keep_original /etc/systemd/system/kubelet.service
    keep_original /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
    put /etc/systemd/system/kubelet.service 644 <<'UNIT' && changed=true
[Unit]
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
WantedBy=multi-user.target
UNIT
    put /etc/systemd/system/kubelet.service.d/10-kubeadm.conf 644 <<'UNIT' && changed=true
# kubeadm init and join write the files named here.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
    chmod 755 /etc/systemd/system/kubelet.service.d
    if $changed; then systemctl daemon-reload; fi
fi
systemctl cat kubelet 2>/dev/null | grep KUBELET_KUBEADM_ARGS >/dev/null ||
    die "the unit kubelet.service is not as kubeadm needs it; install the packages kubelet and kubeadm, or write the unit as they ship it"
systemctl -q is-enabled kubelet || systemctl -q enable kubelet
if [ -e "$STATE/restart-kubelet" ]; then
    systemctl try-restart kubelet
    rm -f "$STATE/restart-kubelet"
fi
