#!/usr/bin/env bash
# Look whether this host can become, or stay, the node that the configuration makes of it. Read-only: it writes nothing,
# not even a temporary file. Runs from standard input, behind the text of the files it needs (see host-checks.ts).
# inputs (standard input, see read_inputs):
#   PRECHECK_MODE          report = facts and findings as lines; stop = all errors as one error, else nothing
#   NODE_NAME, NODE_IP     name of the node, its own address
#   NODE_ROLE              control-plane or worker
#   KUBERNETES_VERSION     such as v1.32.0
#   INSTALL                where kubeadm, kubelet and kubectl come from: binaries, packages or none
#   CNI_PLUGINS_VERSION    such as v1.6.2
#   CONTAINERD_VERSION, RUNC_VERSION    of release archives; the first is empty where the distribution has containerd
#   HTTP_PROXY_URL, HTTPS_PROXY_URL, NO_PROXY_LIST    the configured proxy, may be empty. Secret.
#   NETWORK                the pod network's add-on
#   KEEP_SWAP              true = the kubelet is told to live with swap
#   KEEP_CGROUP_V1         true = the kubelet is told to live with cgroups of version 1
#   KEEP_SELINUX           true = SELinux stays as it is. Default: it does not
#   ETCD_DATA_DIR          where etcd's data is to be on a control plane node. Default: /var/lib/etcd
#   POD_SUBNET, SERVICE_SUBNET    such as 10.244.0.0/16
#   KERNEL_PARTS, PORTS, NAMES, SOURCES, DEVICES, DATA_DIR, OPEN, RESOLV_CONF, CARD, CARD_MTU    see the checks that read them
#   HOSTS, MASTERS         addresses of the cluster's other hosts, of those of its control plane. Default: nobody knows them
# output, see answer: with report, lines whose parts are apart by tabs: fact NAME VALUE; finding and its parts; end
set -euo pipefail
# A bash before 5.1 keeps here-documents in a file: in one that is in memory.
TMPDIR=/dev/shm
# shellcheck disable=SC2034  # its checks read them
ETCD_DATA_DIR=/var/lib/etcd KEEP_SELINUX=''
# shellcheck disable=SC2034  # precheck-firewall.sh reads them
HOSTS='' MASTERS=''
read_inputs PRECHECK_MODE NODE_NAME NODE_IP NODE_ROLE KUBERNETES_VERSION INSTALL CNI_PLUGINS_VERSION \
    CONTAINERD_VERSION RUNC_VERSION HTTP_PROXY_URL HTTPS_PROXY_URL NO_PROXY_LIST NETWORK KEEP_SWAP KEEP_CGROUP_V1 KEEP_SELINUX KERNEL_PARTS PORTS NAMES SOURCES DEVICES DATA_DIR ETCD_DATA_DIR \
    POD_SUBNET SERVICE_SUBNET OPEN RESOLV_CONF CARD CARD_MTU HOSTS MASTERS

if [ "$PRECHECK_MODE" = report ]; then print_facts; fi
look_at_node
# Apart from each other, and not in a condition: a check that stumbles ends there, hides no other one, and is told of.
for check in systemd architecture system size swap swap_at_boot settings_at_boot selinux cgroups kmsg address card subnets kernel \
    packet_filter firewall ports names resolver hosts_file space targets devices containerd leftovers cni_files sources; do
    ("check_$check") 3>&1 2>&1 &
    wait "$!" || printf 'failed\t%s\n' "$check"
done | if [ "$PRECHECK_MODE" = report ]; then print_findings; else stop_on_errors; fi
