#!/usr/bin/env bash
# Make the bare root file system that every local host starts from: systemd, sshd, no container runtime.
#
# usage: rootfs.sh OUT_DIR      OUT_DIR appears only when it is complete
# inputs (environment):
#   ROOTFS_SUITE    required  suite to install, as in the machine's apt sources
#   ROOTFS_MIRROR   required  archive to install from
#   ROOTFS_SOURCES  required  text of /etc/apt/sources.list
#   ROOTFS_APT_CONF required  text of /etc/apt/apt.conf.d/90lab
set -euo pipefail

# debootstrap mounts /proc and /sys below its target; in a namespace of its own nobody can be left with them.
if [ -z "${ROOTFS_PRIVATE:-}" ]; then
    exec env ROOTFS_PRIVATE=1 unshare --mount --propagation private "$0" "$@"
fi

out=$1
packages=systemd,systemd-sysv,libpam-systemd,dbus,openssh-server,iproute2,iputils-ping,netbase,sudo
packages=$packages,ca-certificates,curl,gnupg,procps,kmod,less,lsb-release

partial=$out.partial
umount_all() { awk -v p="$partial/" 'index($2, p) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount; }
umask 022
rm -rf "$partial"
mkdir -p "$partial"
trap 'umount_all; rm -rf "$partial"' EXIT

debootstrap --variant=minbase --include="$packages" "$ROOTFS_SUITE" "$partial" "$ROOTFS_MIRROR"

printf '%s' "$ROOTFS_SOURCES" >"$partial/etc/apt/sources.list"
printf '%s' "$ROOTFS_APT_CONF" >"$partial/etc/apt/apt.conf.d/90lab"
# The hosts trust whom the machine trusts, or a mirror behind a private CA could not be reached over https.
if [ -d /usr/local/share/ca-certificates ]; then
    cp -a /usr/local/share/ca-certificates/. "$partial/usr/local/share/ca-certificates/"
    chroot "$partial" update-ca-certificates >/dev/null 2>&1
fi
cp -L /etc/resolv.conf "$partial/etc/resolv.conf"
# Fresh lists in the base make the hosts' own `apt-get update` a matter of a few unchanged replies.
chroot "$partial" apt-get update
chroot "$partial" apt-get clean

# What must differ between hosts is made when a host is made.
rm -f "$partial"/etc/ssh/ssh_host_* "$partial/etc/machine-id" "$partial/var/lib/dbus/machine-id" "$partial/etc/resolv.conf"
rm -f "$partial/etc/hostname" "$partial/etc/hosts"
: >"$partial/etc/fstab"

cat >"$partial/etc/ssh/sshd_config.d/lab.conf" <<'CONF'
HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
UseDNS no
CONF
# Kept on disk, so that logins can still be counted after a power loss.
mkdir -p "$partial/var/log/journal"
# The apt timers would hold dpkg's lock at moments nobody chose; there is no terminal for a getty.
for unit in apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service \
    dpkg-db-backup.timer e2scrub_all.timer fstrim.timer console-getty.service getty@tty1.service \
    systemd-firstboot.service; do
    ln -sf /dev/null "$partial/etc/systemd/system/$unit"
done

trap - EXIT
mv "$partial" "$out"
