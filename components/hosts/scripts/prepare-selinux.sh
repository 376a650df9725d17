# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: SELinux warns where it would enforce, as kubeadm's guide has it: containers reach the host's files.
# inputs: KEEP_SELINUX, true = it stays as it is
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=selinux.sh
. "$here/selinux.sh"

# A node that lives with it goes on so.
if [ "$KEEP_SELINUX" != true ] && [ ! -e /etc/kubernetes/kubelet.conf ]; then
    look_at_selinux
    if [ -n "$text" ]; then
        keep_original "$SELINUX_CONFIG"
        put "$SELINUX_CONFIG" 644 "$text"
        relabel
    fi
    if [ "$enforces" = yes ]; then
        record "$SELINUX_ENFORCED"
        say "$NODE_NAME: SELinux is set permissive"
        must selinux "SELinux could not be set permissive; do it by hand, or set kubernetes.selinux to unchanged" setenforce 0
    fi
fi
