# shellcheck shell=bash disable=SC2154
# Sourced by admit.sh: the unit that sees admissions through.
set -euo pipefail

# start_admissions: the unit runs as long as there is an admission, also when the host or the unit itself was ended.
start_admissions() {
    local unit=/etc/systemd/system/kubeadm-cluster-admission changed=no
    put "$unit.service" 644 "[Unit]
Description=Let nodes join that kubeadm-cluster has admitted
StartLimitIntervalSec=0

[Service]
ExecStart=$here/admission.sh
Restart=on-failure
RestartSec=5"
    put "$unit.path" 644 "[Unit]
Description=Look for nodes that kubeadm-cluster has admitted

[Path]
DirectoryNotEmpty=$ADMISSIONS

[Install]
WantedBy=multi-user.target"
    # A run that was cut off may have written them, and no more.
    systemctl -q is-active kubeadm-cluster-admission.path || changed=yes
    if [ "$changed" = no ]; then return 0; fi
    systemctl daemon-reload
    systemctl -q enable --now kubeadm-cluster-admission.path
}
