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

# containerd_of_dnf: sets `containerd` to the package that this host's repositories have: the distribution's own, as
# TencentOS, openEuler and Amazon Linux have it, or Docker's.
containerd_of_dnf() {
    local offered code
    containerd=containerd
    attempt packages dnf -q makecache
    [ "$code" = 0 ] || die "dnf cannot read this host's package repositories; see: dnf repolist, and $LOGS/packages.log"
    offered=$(dnf -q repoquery --available --queryformat '%{name}' containerd containerd.io 2>>"$LOGS/packages.log") ||
        die "dnf does not say which containerd this host's repositories have; see $LOGS/packages.log"
    offered=$'\n'$offered$'\n'
    if [[ "$offered" == *$'\ncontainerd\n'* ]]; then return 0; fi
    [[ "$offered" == *$'\ncontainerd.io\n'* ]] ||
        die "none of this host's package repositories has containerd; set containerRuntime.source to archive, or add Docker's: dnf config-manager --add-repo https://download.docker.com/linux/centos/docker-ce.repo"
    containerd=containerd.io
}

if [ -n "$begun" ] || [ ${#missing_debian[@]} -gt 0 ]; then
    look_at_manager
    if [ "$manager" = apt ]; then wanted="${missing_debian[*]} $begun"; else wanted="${missing_rpm[*]} $begun"; fi
    if [ "$manager" = dnf ] && [[ " $wanted " == *" containerd "* ]]; then
        containerd_of_dnf
        wanted=" $wanted " wanted=${wanted/ containerd / $containerd }
    fi
    read -r -a wanted <<<"$wanted"
    failed="these packages could not be installed: ${wanted[*]}; check this host's package sources"
    say "$NODE_NAME: installing ${wanted[*]}"
    case $manager in
    apt)
        mend_packages
        record "$installing" "${wanted[*]}"
        by_apt "apt-get update failed; check this host's package sources" update
        by_apt "$failed" install --no-install-recommends "${wanted[@]}"
        ;;
    dnf)
        mend_packages "${wanted[@]}"
        record "$installing" "${wanted[*]}"
        by_dnf "$failed" install "${wanted[@]}"
        read -r -a begun <<<"$begun"
        look_at_files "${begun[@]}"
        if [ ${#damaged[@]} -gt 0 ]; then by_dnf "$failed" reinstall "${damaged[@]}"; fi
        ;;
    *) die "neither apt-get nor dnf is here; install by hand: ${missing_debian[*]}" ;;
    esac
    forget "$installing"
fi
