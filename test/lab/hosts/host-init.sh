#!/usr/bin/env bash
# Inside a host's new namespaces: network card, root file system, /dev, /proc, /sys, cgroups; then systemd as PID 1.
# Every mount made here belongs to the host's own mount namespace and is gone with it.
# inputs (environment): those of boot-host.sh, and HOST_OUTSIDE, an open file: the network namespace outside
set -Eeuo pipefail
trap 'echo "host-init.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

root=$HOST_DIR/root

network_card() {
    local outside=/proc/self/fd/$HOST_OUTSIDE card=kc-$HOST_NAME octets mac
    # The same at every boot, as a real card's: neighbours remember it for half a minute.
    IFS=. read -ra octets <<<"${HOST_ADDRESS%/*}"
    mac=$(printf '02:00:%02x:%02x:%02x:%02x' "${octets[@]}")
    ip link set lo up
    # A host that was killed may have left its end for a moment.
    nsenter --net="$outside" ip link del "$card" 2>/dev/null || true
    ip link add eth0 address "$mac" type veth peer name "$card" netns "$outside"
    nsenter --net="$outside" ip link set "$card" master "$HOST_BRIDGE" up
    ip addr add "$HOST_ADDRESS" dev eth0
    ip link set eth0 up
    ip route add default via "$HOST_GATEWAY"
    exec {HOST_OUTSIDE}<&-
}

# What goes round the proxy fails at once.
behind_proxy() {
    [ -n "${HOST_PROXY_PORT:-}" ] || return 0
    local rules="ct state established,related accept; ip daddr $HOST_GATEWAY tcp dport $HOST_PROXY_PORT accept;
        ip daddr $HOST_GATEWAY reject; ip daddr $HOST_ADDRESS accept; reject"
    nft -f - <<RULES
table ip lab-behind-proxy {
    chain own { type filter hook output priority 0; oifname != "eth0" accept; $rules; }
    chain passed { type filter hook forward priority 0; oifname != "eth0" accept; $rules; }
}
RULES
}

root_file_system() {
    local layers="lowerdir=$HOST_BASE,upperdir=$HOST_DIR/upper,workdir=$HOST_DIR/overlay"
    # After a pulled plug this mark would forbid the next mount; nothing was lost, the machine itself did not go down.
    rm -rf "$HOST_DIR/overlay"/*/incompat
    # "volatile" leaves out the syncs to disk, which package installation and etcd make by the thousand.
    mount -t overlay overlay -o "$layers,volatile" "$root" 2>/dev/null || mount -t overlay overlay -o "$layers" "$root"
    stat -c %d "$root" >"$HOST_DIR/device"
}

devices() {
    local d
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for d in null zero full random urandom tty kmsg fuse loop-control; do
        if [ -e "/dev/$d" ]; then cp -a "/dev/$d" "$root/dev/$d"; fi
    done
    mkdir -p "$root"/dev/{net,pts,shm,mqueue}
    if [ -e /dev/net/tun ]; then cp -a /dev/net/tun "$root/dev/net/tun"; fi
    "${BASH_SOURCE[0]%/*}/own-disk.sh" "$HOST_DIR" "$root/dev"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    for d in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${d%%:*}" "$root/dev/${d##*:}"; done
    mount -t tmpfs tmpfs "$root/dev/shm"
    mount -t mqueue mqueue "$root/dev/mqueue"
}

cgroups() {
    local type hierarchies names mountpoint=$root/sys/fs/cgroup
    type=$(stat -f -c %T /sys/fs/cgroup)
    if [ "$type" = cgroup2fs ]; then
        mount -t cgroup2 cgroup2 "$mountpoint"
        return
    fi
    mount -t tmpfs -o mode=755 tmpfs "$mountpoint"
    hierarchies=$(cut -d: -f2 /proc/self/cgroup)
    while read -r names; do
        case $names in
            '') mkdir "$mountpoint/unified" && mount -t cgroup2 cgroup2 "$mountpoint/unified" ;;
            name=*) mkdir "$mountpoint/${names#name=}" && mount -t cgroup -o "none,$names" cgroup "$mountpoint/${names#name=}" ;;
            *) mkdir "$mountpoint/$names" && mount -t cgroup -o "$names" cgroup "$mountpoint/$names" ;;
        esac
        # Hierarchies shared by several controllers are looked up under each controller's name.
        case $names in *,*) for name in ${names//,/ }; do ln -s "$names" "$mountpoint/$name"; done ;; esac
    done <<<"$hierarchies"
}

kernel_file_systems() {
    mount -t proc proc "$root/proc"
    # The kernel's own stays the same; a kubelet tells by it that its node was rebooted.
    cp /proc/sys/kernel/random/uuid "$HOST_DIR/boot_id"
    mount --bind -o ro "$HOST_DIR/boot_id" "$root/proc/sys/kernel/random/boot_id"
    mount -t sysfs sysfs "$root/sys"
    cgroups
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mkdir -p "$root/run/lock"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    if [ -d /lib/modules ]; then
        mkdir -p "$root/lib/modules"
        mount --bind -o ro /lib/modules "$root/lib/modules"
    fi
    # All hosts see the machine's identity here; kubeadm wants one of its own for each.
    if [ -e /sys/class/dmi/id/product_uuid ]; then
        mount --bind "$HOST_DIR/product_uuid" "$root/sys/class/dmi/id/product_uuid"
    fi
}

# overlayfs cannot carry containerd's own overlay snapshots: these two live on the real disk.
real_disk() {
    local d
    for d in containerd kubelet; do
        mkdir -p "$root/var/lib/$d"
        mount --bind "$HOST_DIR/$d" "$root/var/lib/$d"
    done
}

# Only once in a host's life: what a later boot finds changed was changed on purpose.
identity() {
    [ ! -s "$root/etc/machine-id" ] || return 0
    local home=/root
    if [ "$HOST_USER" != root ]; then
        home=/home/$HOST_USER
        chroot "$root" id "$HOST_USER" >/dev/null 2>&1 || chroot "$root" useradd --create-home --shell /bin/bash "$HOST_USER"
        install -m 440 /dev/stdin "$root/etc/sudoers.d/lab" <<<"$HOST_USER ALL=(ALL:ALL) NOPASSWD: ALL"
        echo 'PermitRootLogin no' >"$root/etc/ssh/sshd_config.d/lab-root.conf"
    fi
    install -d -m 700 "$root$home/.ssh"
    install -m 600 "$HOST_DIR/authorized_keys" "$root$home/.ssh/authorized_keys"
    chroot "$root" chown -R "$HOST_USER:" "$home/.ssh"
    cp -a "$HOST_DIR/etc/." "$root/etc/"
    install -m 444 "$HOST_DIR/machine-id" "$root/etc/machine-id"
}

network_card
behind_proxy
root_file_system
identity
devices
kernel_file_systems
real_disk
hostname "$HOST_NAME"

cd "$root"
mkdir -p .old
pivot_root . .old
# shellcheck disable=SC2016 # nothing to expand: this is the new root's own shell
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=linux chroot . \
    /bin/sh -c 'umount -l /.old && rmdir /.old && mount --make-rshared / && exec /sbin/init'
