# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: the distribution's packages that a node needs. Those that are there stay as they are.

# The container runtime's start must find this directory: containerd watches it from its start on, and one that
# appears later is seen only after a restart (the source article's CoreDNS that never started).
mkdir -p /etc/cni/net.d /opt/cni/bin
chmod 755 /etc/cni /etc/cni/net.d /opt/cni /opt/cni/bin

# COMMAND=DEBIAN_PACKAGE=RPM_PACKAGE
missing_debian=() missing_rpm=()
runtime=containerd=containerd=containerd
[ -z "$CONTAINERD_VERSION" ] || runtime=
vip=
[ -z "$VIP_ADDRESS" ] || vip=keepalived=keepalived=keepalived
for row in $runtime $vip conntrack=conntrack=conntrack-tools socat=socat=socat ethtool=ethtool=ethtool \
    ebtables=ebtables=ebtables ipset=ipset=ipset iptables=iptables=iptables modprobe=kmod=kmod curl=curl=curl tc=iproute2=iproute-tc \
    mount=mount=util-linux tar=tar=tar openssl=openssl=openssl; do
    IFS='=' read -r tool debian rpm <<<"$row"
    command -v "$tool" >/dev/null && continue
    missing_debian+=("$debian")
    missing_rpm+=("$rpm")
done

if [ ${#missing_debian[@]} -gt 0 ]; then
    say "$NODE_NAME: installing ${missing_debian[*]}"
    if command -v apt-get >/dev/null; then
        logged packages apt_get update || die "apt-get update failed; check this host's package sources"
        logged packages apt_get install --no-install-recommends "${missing_debian[@]}" ||
            die "these packages could not be installed: ${missing_debian[*]}; check this host's package sources"
    elif command -v dnf >/dev/null; then
        logged packages dnf -y install "${missing_rpm[@]}" ||
            die "these packages could not be installed: ${missing_rpm[*]}; check this host's package sources (containerd is in none of the distribution's own)"
    else
        die "neither apt-get nor dnf is here; install by hand: ${missing_debian[*]}"
    fi
fi
