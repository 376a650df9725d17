# shellcheck shell=bash disable=SC2153
# Sourced by precheck.sh: the machine and its operating system.
set -euo pipefail

check_systemd() {
    local first
    first=$(</proc/1/comm)
    if [ "$first" != systemd ]; then finding error systemd "process 1 is $first" "systemd" "take a host that runs systemd"; fi
}

check_architecture() {
    local machine
    machine=$(uname -m)
    case $machine in
    x86_64 | aarch64) ;;
    *) finding error architecture "$machine" "x86_64 or aarch64" "take another host" ;;
    esac
}

# The oldest releases whose own containerd (1.6) and kernel (4.19) Kubernetes takes: distribution and its version.
readonly OLDEST_RELEASES="debian=11 ubuntu=22 rhel=8 centos=8 rocky=8 almalinux=8 fedora=38 amzn=2023"

# release_field NAME: of /etc/os-release, whose values may stand in quotes; nothing where it says none.
release_field() { if [ -r /etc/os-release ]; then sed -n "s/^$1=//p" /etc/os-release | tr -d "\"'"; fi; }

check_system() {
    local id release row kernel major minor
    id=$(release_field ID)
    release=$(release_field VERSION_ID)
    for row in $OLDEST_RELEASES; do
        if [ "${row%=*}" != "$id" ] || ! [[ ${release%%.*} =~ ^[0-9]+$ ]]; then continue; fi
        if [ "${release%%.*}" -lt "${row#*=}" ]; then
            lack system "$id $release" "$id ${row#*=} or later" "upgrade the distribution: its container runtime is too old"
        fi
    done
    kernel=$(uname -r)
    IFS=.- read -r major minor _ <<<"$kernel"
    if [ "$major" -lt 4 ] || { [ "$major" = 4 ] && [ "$minor" -lt 19 ]; }; then
        lack system "Linux $kernel" "Linux 4.19 or later" "upgrade the kernel"
    fi
    for row in kubeadm kubelet kubectl; do
        if [ "$INSTALL" = none ] && ! command -v "$row" >/dev/null; then
            lack programs "no $row" "Kubernetes $KUBERNETES_VERSION, for install is none" "install it on this host, or set install to binaries or packages"
        fi
    done
    if ! command -v apt-get >/dev/null && ! command -v dnf >/dev/null && ! command -v containerd >/dev/null; then
        lack system "${id:-unknown} without apt-get, dnf and containerd" "a Debian or RPM distribution" \
            "install containerd, conntrack, socat, ethtool, ebtables, ipset and iptables by hand"
    fi
}

check_size() {
    local processors memory
    processors=$(nproc)
    memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
    # kubeadm's own minimum for a control plane, which its preflight enforces.
    if [ "$NODE_ROLE" = control-plane ]; then
        if [ "$processors" -lt 2 ]; then lack processors "$processors" "2 for a control plane" "give the host more processors"; fi
        if [ "$memory" -lt 1700 ]; then lack memory "$memory MB" "1700 MB for a control plane" "give the host more memory"; fi
    elif [ "$memory" -lt 900 ]; then
        finding warning memory "$memory MB" "1 GB or more" "expect evictions, or give the host more memory"
    fi
}

check_swap() {
    local devices
    if [ "$KEEP_SWAP" = true ]; then return 0; fi
    devices=$(awk 'NR > 1 { printf "%s%s", sep, $1; sep = ", " }' /proc/swaps)
    if [ -z "$devices" ]; then return 0; fi
    finding warning swap "on: $devices" "off" \
        "pulumi up switches it off, here and in /etc/fstab; to keep it, set kubernetes.kubelet.failSwapOn to false"
}

check_cgroups() {
    local minor kind fix="boot with systemd.unified_cgroup_hierarchy=1 or a newer distribution"
    kind=$(stat -f -c %T /sys/fs/cgroup)
    if [ "$kind" = cgroup2fs ]; then return 0; fi
    minor=${KUBERNETES_VERSION#*.} minor=${minor%%.*}
    if [ "$minor" -ge 35 ] && [ "$KEEP_CGROUP_V1" != true ]; then
        finding error cgroups "version 1" "version 2 for Kubernetes $KUBERNETES_VERSION" "$fix; or set kubernetes.kubelet.failCgroupV1 to false"
    else
        finding warning cgroups "version 1" "version 2" "$fix: Kubernetes 1.35 and later refuse version 1"
    fi
}

check_address() {
    local addresses
    addresses=$(ip -o addr show)
    addresses=$(awk '{ sub("/.*", "", $4); print $4 }' <<<"$addresses")
    if [[ $'\n'$addresses$'\n' != *$'\n'"$NODE_IP"$'\n'* ]]; then
        finding error address "no interface has $NODE_IP" "the address that the configuration gives this node" \
            "correct address or internalAddress of $NODE_NAME"
    fi
}
