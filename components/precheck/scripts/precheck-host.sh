# shellcheck shell=bash
# Sourced by precheck.sh: the machine and its operating system.

check_systemd() {
    local first
    first=$(</proc/1/comm)
    [ "$first" = systemd ] || finding error systemd "process 1 is $first" "systemd" "take a host that runs systemd"
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

check_system() {
    local id release row kernel major minor
    # shellcheck source=/dev/null
    read -r id release < <(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-0}") || true
    for row in $OLDEST_RELEASES; do
        [ "${row%=*}" = "${id:-}" ] || continue
        [ "${release%%.*}" -ge "${row#*=}" ] 2>/dev/null ||
            lack system "$id $release" "$id ${row#*=} or later" "upgrade the distribution: its container runtime is too old"
    done
    kernel=$(uname -r)
    IFS=.- read -r major minor _ <<<"$kernel"
    if [ "$major" -lt 4 ] || { [ "$major" = 4 ] && [ "$minor" -lt 19 ]; }; then
        lack system "Linux $kernel" "Linux 4.19 or later" "upgrade the kernel"
    fi
    for row in kubeadm kubelet kubectl; do
        [ "$INSTALL" != none ] || command -v "$row" >/dev/null ||
            lack programs "no $row" "Kubernetes $KUBERNETES_VERSION, for install is none" "install it on this host, or set install to binaries or packages"
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
        [ "$processors" -ge 2 ] || lack processors "$processors" "2 for a control plane" "give the host more processors"
        [ "$memory" -ge 1700 ] || lack memory "$memory MB" "1700 MB for a control plane" "give the host more memory"
    elif [ "$memory" -lt 900 ]; then
        finding warning memory "$memory MB" "1 GB or more" "expect evictions, or give the host more memory"
    fi
}

check_swap() {
    [ "$KEEP_SWAP" != true ] && [ "$(wc -l </proc/swaps)" -gt 1 ] || return 0
    finding warning swap "on: $(awk 'NR > 1 { printf "%s%s", sep, $1; sep = ", " }' /proc/swaps)" "off" \
        "pulumi up switches it off, here and in /etc/fstab; to keep it, set kubernetes.kubelet.failSwapOn to false"
}

check_cgroups() {
    local minor
    [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || return 0
    minor=${KUBERNETES_VERSION#*.} minor=${minor%%.*}
    local fix="boot with systemd.unified_cgroup_hierarchy=1 or a newer distribution"
    if [ "$minor" -ge 35 ] && [ "$KEEP_CGROUP_V1" != true ]; then
        finding error cgroups "version 1" "version 2 for Kubernetes $KUBERNETES_VERSION" "$fix; or set kubernetes.kubelet.failCgroupV1 to false"
    else
        finding warning cgroups "version 1" "version 2" "$fix: Kubernetes 1.35 and later refuse version 1"
    fi
}

check_address() {
    ip -o addr show | awk '{ sub("/.*", "", $4); print $4 }' | grep -qxF "$NODE_IP" ||
        finding error address "no interface has $NODE_IP" "the address that the configuration gives this node" \
            "correct address or internalAddress of $NODE_NAME"
}
