#!/usr/bin/env bash
# Make a bare host ready for kubeadm. Convergent: every part changes only what is not yet as wanted.
# inputs (standard input, see read_inputs):
#   NODE_NAME              name of the node
#   NODE_IP                the node's own address
#   ENDPOINT_HOST          name of the control plane endpoint where every node must resolve it by /etc/hosts, else empty
#   ENDPOINT_IP            its address, else empty
#   KUBERNETES_VERSION     such as v1.32.0
#   INSTALL                where kubeadm, kubelet and kubectl come from: binaries, packages or none
#   BINARIES_URL           base of VERSION/bin/linux/ARCH/NAME, as dl.k8s.io
#   PACKAGES_URL           base of core:/stable:/vMINOR/deb/ and /rpm/, as pkgs.k8s.io
#   PACKAGES_KEY           their public signing key, or empty = the repository's own, read over https
#   PACKAGES_UNSIGNED      true = their signatures are not asked for
#   CNI_PLUGINS_URL        base of VERSION/cni-plugins-linux-ARCH-VERSION.tgz
#   CNI_PLUGINS_VERSION    such as v1.6.2
#   CONTAINERD_VERSION     such as 1.7.24 = from its release archive; empty = from the distribution
#   RUNC_VERSION           such as v1.2.3, beside a containerd from its archive
#   CONTAINERD_URL         base of vVERSION/containerd-VERSION-linux-ARCH.tar.gz
#   RUNC_URL               base of VERSION/runc.ARCH
#   HTTP_PROXY_URL         proxy for http addresses, or empty. Secret where it holds a password.
#   HTTPS_PROXY_URL        proxy for https addresses, or empty. Secret where it holds a password.
#   NO_PROXY_LIST          what is reached directly, apart by commas
#   POD_SUBNET             the Pods' addresses, such as 10.244.0.0/16
#   IMAGE_REPOSITORY       where the control plane's images come from
#   REGISTRY_MIRRORS       lines: REGISTRY ENDPOINT...
#   KEEP_SWAP              true = the kubelet is told to live with swap
#   KEEP_SELINUX           true = SELinux stays as it is. Default: it is set permissive
#   RESTRICT_OOM_SCORE     true = containerd may not lower an OOM score (a host without CAP_SYS_RESOURCE)
#   PROTECT_KERNEL_DEFAULTS    true = the kubelet is told to set no kernel settings: it is done for it. Default: false
#   PINNED_SUMS            lines: NAME VERSION ARCH SHA256, of downloads whose sum no mirror is asked for; NAME is kubeadm,
#                          kubelet, kubectl, cni-plugins, containerd or runc. Default: none
#   REPAIR                 another text than before = what is here is not believed, but looked at; see repair.sh. Default: none
# and on nodes of a control plane with a virtual address only, see vip.sh:
#   VIP_ADDRESS, VIP_INTERFACE, VIP_ROUTER_ID, VIP_PRIORITY, VIP_PEERS, VIP_PASSWORD (secret)
# output: one line of facts, MACHINE_ID PRODUCT_UUID ("-" where there is none)
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck disable=SC2034  # the parts use them
KEEP_SELINUX='' PROTECT_KERNEL_DEFAULTS=false PINNED_SUMS='' REPAIR='' VIP_ADDRESS='' VIP_INTERFACE='' VIP_ROUTER_ID='' VIP_PRIORITY='' VIP_PEERS='' VIP_PASSWORD=''
read_inputs NODE_NAME NODE_IP ENDPOINT_HOST ENDPOINT_IP KUBERNETES_VERSION INSTALL BINARIES_URL PACKAGES_URL PACKAGES_KEY \
    PACKAGES_UNSIGNED CNI_PLUGINS_URL CNI_PLUGINS_VERSION CONTAINERD_VERSION RUNC_VERSION CONTAINERD_URL RUNC_URL \
    HTTP_PROXY_URL HTTPS_PROXY_URL NO_PROXY_LIST POD_SUBNET IMAGE_REPOSITORY REGISTRY_MIRRORS KEEP_SWAP RESTRICT_OOM_SCORE \
    KEEP_SELINUX PROTECT_KERNEL_DEFAULTS PINNED_SUMS REPAIR VIP_ADDRESS VIP_INTERFACE VIP_ROUTER_ID VIP_PRIORITY VIP_PEERS VIP_PASSWORD
# Whether this host may become the node has been looked at before, by precheck.sh.
lock

# What the program is told in the end, looked at before anything is changed. Whoever reads it takes it for one line of two words.
machine='' uuid=-
if [ -e /etc/machine-id ]; then machine=$(</etc/machine-id); fi
[[ "$machine" =~ ^[0-9a-f]{32}$ ]] ||
    die "/etc/machine-id does not hold 32 hexadecimal digits; nothing was changed. Make one: rm -f /etc/machine-id; systemd-machine-id-setup"
if [ -r /sys/class/dmi/id/product_uuid ]; then uuid=$(</sys/class/dmi/id/product_uuid); fi
[[ "${uuid:=-}" =~ ^[^[:space:]]{1,64}$ ]] ||
    die "/sys/class/dmi/id/product_uuid is not one word of at most 64 characters; nothing was changed. See this machine's firmware"

# From its first change on, the host is this stack's; so is one that the program made before stacks had an identity.
if [ -n "$STACK_IDENTITY" ] && [ ! -e "$OWNER" ]; then record "$OWNER" "$STACK_IDENTITY"; fi
# What an earlier version of the program has left where it was cut off.
rm -rf "$STATE"/download.* "$STATE"/cni-plugins.??????

# For steps that install later on, such as an upgrade.
inputs=$(declare -p NODE_NAME KUBERNETES_VERSION INSTALL BINARIES_URL PACKAGES_URL PACKAGES_KEY PACKAGES_UNSIGNED \
    IMAGE_REPOSITORY REGISTRY_MIRRORS RESTRICT_OOM_SCORE PINNED_SUMS)
put "$STATE/prepare-inputs" 600 "$inputs"

# shellcheck source-path=SCRIPTDIR source=repair.sh
. "$here/repair.sh"
look_at_repair prepare
for part in kernel selinux proxy packages containerd-archive kubernetes container-runtime network-managers kubelet vip hosts; do
    # shellcheck source=/dev/null
    . "$here/prepare-$part.sh"
done
# shellcheck disable=SC2154  # look_at_repair sets it
if [ "$repairing" = yes ]; then
    # shellcheck source-path=SCRIPTDIR source=prepare-repair.sh
    . "$here/prepare-repair.sh"
fi

record "$STATE/pod-subnet" "$POD_SUBNET"
repaired prepare
answer "$machine $uuid"
