#!/usr/bin/env bash
# Dress the Debian root file system as a distribution of the RHEL family: its os-release, dnf and rpm in place of apt and
# dpkg, firewalld, SELinux's files; and a signed repository of what that distribution would have.
#
# usage: rootfs-rhel.sh OUT_DIR DEBIAN_DIR REPOSITORY_DIR      OUT_DIR appears last, when all is complete
# inputs (environment):
#   REPOSITORY_URL  required  where the hosts find REPOSITORY_DIR
set -euo pipefail

# apt starts no services in there; its mounts, and what its packages start, end with these namespaces.
if [ -z "${ROOTFS_PRIVATE:-}" ]; then
    exec env ROOTFS_PRIVATE=1 unshare --mount --pid --fork --kill-child --propagation private "$0" "$@"
fi

out=$1 debian=$2 repository=$3
here=$(readlink -f "$0")
here=${here%/*}
root=$out.partial
umask 022
umount_all() { awk -v p="$root/" 'index($2, p) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount; }
rm -rf "$root" "$repository.partial"
trap 'umount_all; rm -rf "$root" "$repository.partial"' EXIT
cp -a --reflink=auto "$debian" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev/null "$root/dev/null"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
apt() { chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 "$@" >/dev/null; }
apt update
apt install --yes --no-install-recommends dnf dnf-plugins-core rpm firewalld selinux-utils

# What an installation brings that is only the base: these packages, and what they need and is not here yet.
apt clean
apt install --yes --no-install-recommends --download-only containerd runc conntrack socat ethtool ipset iptables keepalived
"$here/distribution-packages.sh" "$root/var/cache/apt/archives" "$repository.partial"
apt clean

# The family has none of it.
rm -rf "$root"/etc/{apt,dpkg,debian_version} "$root"/var/lib/{apt,dpkg} "$root"/var/cache/apt "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf"
rm -f "$root"/usr/bin/apt* "$root"/usr/bin/dpkg* "$root"/usr/sbin/dpkg* "$root/usr/sbin/update-ca-certificates"
# What must differ between hosts, and what a package may have made.
rm -f "$root"/etc/{machine-id,hostname,hosts,os-release} "$root/var/lib/dbus/machine-id"
cat >"$root/etc/os-release" <<'CONF'
NAME="Rocky Linux"
VERSION="9.5 (lab)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.5"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.5 (lab: Debian's programs, dressed)"
CONF
echo "Rocky Linux release 9.5 (lab)" >"$root/etc/rocky-release"
ln -sf rocky-release "$root/etc/redhat-release"
mkdir -p "$root"/etc/{sysconfig,yum.repos.d,pki/rpm-gpg,rpm,dnf/vars,selinux} "$root/var/lib/rpm"
# Debian's rpm keeps its database in the home directory.
echo '%_dbpath /var/lib/rpm' >"$root/etc/rpm/macros"
echo 9 >"$root/etc/dnf/vars/releasever"
printf '[main]\ngpgcheck=1\ninstallonly_limit=3\nclean_requirements_on_remove=True\nbest=True\nskip_if_unavailable=False\n' >"$root/etc/dnf/dnf.conf"
printf 'SELINUX=enforcing\nSELINUXTYPE=targeted\n' >"$root/etc/selinux/config"
cp "$repository.partial/repodata/repomd.xml.key" "$root/etc/pki/rpm-gpg/RPM-GPG-KEY-lab"
printf '[baseos]\nname=Rocky Linux 9 (lab)\nbaseurl=%s\nenabled=1\ngpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-lab\n' \
    "$REPOSITORY_URL" >"$root/etc/yum.repos.d/lab-baseos.repo"
chroot "$root" rpm --initdb
chroot "$root" rpm --import /etc/pki/rpm-gpg/RPM-GPG-KEY-lab
# The family's dnf has these as packages of their own.
rm -f "$root"/usr/lib/python3/dist-packages/dnf-plugins/{local,leaves,show_leaves,copr}.py "$root"/etc/dnf/plugins/{local,copr}.conf
# It is installed and off, as on an image of a cloud: what needs it switches it on.
ln -sfT /dev/null "$root/etc/systemd/system/dnf-makecache.timer"
rm -f "$root"/etc/systemd/system/{multi-user.target.wants/firewalld.service,dbus-org.fedoraproject.FirewallD1.service}

umount_all
trap - EXIT
rm -rf "$repository"
mv "$repository.partial" "$repository"
mv "$root" "$out"
