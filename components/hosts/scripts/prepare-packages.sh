# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: the distribution's packages that a node needs. Those that are there stay as they are.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=package-manager.sh
. "$here/package-manager.sh"

# The container runtime's start must find this directory: containerd watches it from its start on, and one that
# appears later is seen only after a restart (the source article's CoreDNS that never started).
mkdir -p /etc/cni/net.d /opt/cni/bin
chmod 755 /etc/cni /etc/cni/net.d /opt/cni /opt/cni/bin

# COMMAND=DEBIAN_PACKAGE=RPM_PACKAGE
missing_debian=() missing_rpm=()
rows=(conntrack=conntrack=conntrack-tools socat=socat=socat ethtool=ethtool=ethtool ebtables=ebtables=ebtables ipset=ipset=ipset
    iptables=iptables=iptables modprobe=kmod=kmod curl=curl=curl tc=iproute2=iproute-tc mount=mount=util-linux tar=tar=tar
    openssl=openssl=openssl)
if [ -z "$CONTAINERD_VERSION" ]; then rows+=(containerd=containerd=containerd); fi
if [ -n "$VIP_ADDRESS" ]; then rows+=(keepalived=keepalived=keepalived); fi
for row in "${rows[@]}"; do
    IFS='=' read -r tool debian rpm <<<"$row"
    if command -v "$tool" >/dev/null; then continue; fi
    missing_debian+=("$debian")
    missing_rpm+=("$rpm")
done
# Packages that an earlier run was cut off in have their programs, but may be there by half.
installing=$STATE/installing-packages begun=''
if [ -e "$installing" ]; then begun=$(<"$installing"); fi

if [ -n "$begun" ] || [ ${#missing_debian[@]} -gt 0 ]; then
    if command -v apt-get >/dev/null; then wanted="${missing_debian[*]} $begun"; else wanted="${missing_rpm[*]} $begun"; fi
    read -r -a wanted <<<"$wanted"
    say "$NODE_NAME: installing ${wanted[*]}"
    failed="these packages could not be installed: ${wanted[*]}; check this host's package sources"
    if command -v apt-get >/dev/null; then
        mend_dpkg
        record "$installing" "${wanted[*]}"
        by_apt "apt-get update failed; check this host's package sources" update
        by_apt "$failed" install --no-install-recommends "${wanted[@]}"
    elif command -v dnf >/dev/null; then
        record "$installing" "${wanted[*]}"
        by_dnf "$failed (containerd is in none of the distribution's own)" install "${wanted[@]}"
    else
        die "neither apt-get nor dnf is here; install by hand: ${missing_debian[*]}"
    fi
    forget "$installing"
fi
