# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: SELinux.
set -euo pipefail

check_selinux() {
    local mode='' boot='' found fix
    # Looked at, not asked for: the tools need not be there.
    if [ -r /sys/fs/selinux/enforce ]; then mode=$(</sys/fs/selinux/enforce); fi
    if [ -r /etc/selinux/config ]; then boot=$(sed -n 's/^[[:space:]]*SELINUX=\([a-z]*\)[[:space:]]*$/\1/p' /etc/selinux/config); fi
    if [ "$mode" != 1 ] && [ "$boot" != enforcing ]; then return 0; fi
    found="enforcing"
    if [ "$mode" != 1 ]; then found="enforcing from the next boot on, by /etc/selinux/config"; fi
    fix="pulumi up sets it permissive, here and in /etc/selinux/config, and destroy puts it back; to keep it, set kubernetes.selinux to unchanged"
    if [ "$KEEP_SELINUX" = true ]; then
        # Its policy for container runtimes.
        if command -v rpm >/dev/null && rpm -q container-selinux >/dev/null 2>&1; then return 0; fi
        fix="install container-selinux on this host, or take kubernetes.selinux away"
    elif [ "$living" = yes ]; then
        return 0
    fi
    finding warning selinux "$found" "permissive, as kubeadm's guide has it" "$fix"
}
