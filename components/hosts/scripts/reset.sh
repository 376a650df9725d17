#!/usr/bin/env bash
# Give the host back: its node, its pod network's state, and every file that the other scripts put there.
# The distribution's packages stay, those of Kubernetes go if they were not here before. No inputs. Safe on a host where
# nothing, or only a part, was done. What a mark in $STATE makes necessary is done before that mark goes, so that a run
# which was cut off anywhere is finished by the next one.
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# A reset that is still at work takes the scripts along when it ends: they are looked for when its lock is free. lib.sh is
# the first of them to go, after all else on the host.
exec 9>>/run/kubeadm-cluster.lock
flock -w "$((${STEP_SECONDS:-600} / 2))" 9 || :
if [ ! -e "$here/lib.sh" ]; then
    rm -rf -- "$here"
    # See commandLine.
    if [ ! -t 0 ]; then cat >/dev/null; fi
    exit 0
fi
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck disable=SC2119  # it has no inputs of its own
read_inputs
lock
if [ ! -e "$here/lib.sh" ]; then exit 0; fi
# shellcheck source-path=SCRIPTDIR source=empty.sh
. "$here/empty.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-directory.sh
. "$here/etcd-directory.sh"
# shellcheck source-path=SCRIPTDIR source=kubeadm-reset.sh
. "$here/kubeadm-reset.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
# shellcheck source-path=SCRIPTDIR source=vip.sh
. "$here/vip.sh"
# shellcheck source-path=SCRIPTDIR source=proxy.sh
. "$here/proxy.sh"
# shellcheck source-path=SCRIPTDIR source=selinux.sh
. "$here/selinux.sh"
# shellcheck source-path=SCRIPTDIR source=install-kubernetes.sh
. "$here/install-kubernetes.sh"
# shellcheck source-path=SCRIPTDIR source=reset-network.sh
. "$here/reset-network.sh"
# shellcheck source-path=SCRIPTDIR source=network-managers.sh
. "$here/network-managers.sh"
# shellcheck source-path=SCRIPTDIR source=reset-units.sh
. "$here/reset-units.sh"
# shellcheck source-path=SCRIPTDIR source=reset-files.sh
. "$here/reset-files.sh"

remove_serving_approval

# A cluster that somebody else made is not this program's to take down.
if [ -e "$STATE/cluster-identity" ] || [ -e "$STATE/joining" ]; then
    forget "$STATE/initialised" "$STATE/joined"
    leave_cluster
    remove_network
    # Mount points stay, the directory of a kubelet's package, and what the owner has put there.
    empty /var/lib/kubelet
    remove_kubeadm_files
    return_aside
    remove_kubeadm_directories
    remove_etcd_data
    give_etcd_directory_back
    remove_user_kubeconfig
    remove_images
    forget "$STATE/cluster-identity" "$STATE/joining"
fi

# Not before: kubeadm asks the API server, and that may be by the virtual address.
remove_vip

install=$(remembered install)
if [ "$install" = none ]; then
    stop_unit kubelet
else
    switch_off kubelet
fi
uninstall_kubernetes
remove_proxy
remove_containerd_archive
remove_registries
give_all_back
restore_selinux
systemctl daemon-reload
start_containerd
remove_network_settings
# Directories that others use too stay.
for directory in /opt/cni/bin /opt/cni; do rmdir "$directory" 2>/dev/null || :; done
rm -f /etc/modules-load.d/kubeadm-cluster.conf /etc/sysctl.d/99-kubeadm-cluster.conf
restore_swap
give_swap_units_back
restore_hosts
remove_left_overs

# The identity is the last of the state: until then no other stack may take this host. Then the scripts, this one last.
rm -rf "$LOGS"
find "$STATE" -mindepth 1 ! -path "$OWNER" -delete
rm -rf "$STATE"
rm -f "$here/lib.sh"
find "$here" -mindepth 1 ! -name reset.sh -delete
rm -rf -- "$here"
