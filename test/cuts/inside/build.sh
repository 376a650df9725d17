#!/usr/bin/env bash
# Make the layers that every root in the harness stands on.
# usage: build.sh WORK BASE TREE
#   WORK   gets host (doubles, certificates, the host's own files), scripts (of TREE, as on a host), mask, dev
#   BASE   root file system below them; / = this machine's own, whose state is masked
#   TREE   checkout whose scripts are run
set -euo pipefail
work=$1 base=$2 tree=$3
here=$(cd "${0%/*}" && pwd)
host=$work/host lib=$work/host/usr/lib/cuts
umask 022
mkdir -p "$lib/real" "$lib/site" "$lib/etcd-image/usr/local/bin" "$host"/{usr/bin,usr/sbin,usr/local/bin,usr/local/sbin,etc/systemd/system,usr/lib/systemd/system,opt,run,sim,tmp,root,home,var/lib,var/log/pods,proc,sys,dev}
chmod 1777 "$host/tmp"
for program in sleep timeout pgrep umount; do cp -L "${base%/}/usr/bin/$program" "$lib/real/$program"; done
cp "$here"/{step,hook.sh,boot.sh} "$here"/../doubles/* "$lib/"

# Doubles are where the real programs are, or not there at all until something installs them.
for program in systemctl systemd-run journalctl networkctl apt-get apt-cache apt-mark dpkg dpkg-query curl ip pgrep sleep timeout umount df; do
    ln -sf /usr/lib/cuts/double "$host/usr/bin/$program"
done
for program in sync dd head openssl; do
    cp -L "${base%/}/usr/bin/$program" "$lib/real/$program"
    ln -sf /usr/lib/cuts/double "$host/usr/bin/$program"
done
for program in modprobe sysctl swapon swapoff blkid wipefs blockdev; do ln -sf /usr/lib/cuts/double "$host/usr/sbin/$program"; done
for program in etcdctl etcdutl; do
    printf '#!/bin/bash -p\nexec /usr/lib/cuts/double --as %s 3.5.16 "$@"\n' "$program" >"$lib/etcd-image/usr/local/bin/$program"
done
chmod 755 "$lib"/etcd-image/usr/local/bin/*

# What is downloaded: one program for each plug-in.
site=$(mktemp -d)
mkdir -p "$site/cni" "$site/containerd/bin"
for name in loopback bridge host-local portmap; do echo "$name" >"$site/cni/$name" && chmod 755 "$site/cni/$name"; done
for name in containerd ctr; do
    printf '#!/bin/bash -p\nexec /usr/lib/cuts/double --as %s 1.7.24 "$@"\n' "$name" >"$site/containerd/bin/$name"
done
chmod 755 "$site"/containerd/bin/*
tar -C "$site/cni" --sort=name --mtime=@0 -czf "$lib/site/cni-plugins.tgz" .
tar -C "$site/containerd" --sort=name --mtime=@0 -czf "$lib/site/containerd.tar.gz" bin
rm -rf "$site"

# The host itself.
echo 127.0.0.1 localhost >"$host/etc/hosts"
echo nameserver 10.0.0.1 >"$host/etc/resolv.conf"
echo 0123456789abcdef0123456789abcdef >"$host/etc/machine-id"
echo "UUID=1234 / ext4 defaults 0 1" >"$host/etc/fstab"
printf '[Unit]\nDescription=a neighbour\n' >"$host/etc/systemd/system/neighbour.service"

# Certificates as kubeadm makes them: made, with other names of the API server, and renewed.
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1" 2>/dev/null; }
# issue DIRECTORY NAME AUTHORITY DAYS SUBJECT NAMES
issue() {
    local file=$1/$2 ca=$1/$3
    [ -e "$file.key" ] || key "$file.key"
    openssl req -new -key "$file.key" -subj "$5" -out "$file.csr" 2>/dev/null
    openssl x509 -req -in "$file.csr" -CA "$ca.crt" -CAkey "$ca.key" -set_serial "$4" -days "$4" -out "$file.crt" \
        -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=%s\n' "$6") 2>/dev/null
    rm "$file.csr"
}
pki=$lib/pki
mkdir -p "$pki/made/etcd"
for authority in ca front-proxy-ca etcd/ca; do
    key "$pki/made/$authority.key"
    openssl req -x509 -new -key "$pki/made/$authority.key" -subj "/CN=${authority//\//-}" -days 3650 -out "$pki/made/$authority.crt" 2>/dev/null
done
all() {
    issue "$1" apiserver ca "$2" /CN=kube-apiserver "DNS:kubernetes,DNS:host-1,IP:10.0.0.11${3:-}"
    issue "$1" apiserver-kubelet-client ca "$2" /O=system:masters/CN=kube-apiserver-kubelet-client DNS:client
    issue "$1" apiserver-etcd-client etcd/ca "$2" /CN=kube-apiserver-etcd-client DNS:client
    issue "$1" front-proxy-client front-proxy-ca "$2" /CN=front-proxy-client DNS:client
    for name in server peer healthcheck-client; do issue "$1" "etcd/$name" etcd/ca "$2" "/CN=$name" DNS:host-1; done
}
all "$pki/made" 20
key "$pki/made/sa.key"
openssl ec -in "$pki/made/sa.key" -pubout -out "$pki/made/sa.pub" 2>/dev/null
cp -r "$pki/made" "$pki/other"
all "$pki/other" 20 ,DNS:extra.example.org
cp -r "$pki/made" "$pki/renewed"
all "$pki/renewed" 365
printf 'apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://10.0.0.11:6443\n  name: kubernetes\nusers:\n- user:\n    client-certificate-data: CERTIFICATE\n' >"$pki/kubeconfig"

scripts=$work/scripts/opt/kubeadm-cluster
mkdir -p "$scripts"
# Those of the checks and of the receiver go to a host in one piece. Checkouts of before have other directories.
find "$tree/components" -path '*/scripts/*.sh' ! -path '*/precheck/*' ! -path '*/remote/*' -exec cp -t "$scripts" {} +
cp "$tree/components/storage/toolbox.sh" "$lib/toolbox.sh"
chmod 755 "$work/scripts" "$work/scripts/opt"
chmod 700 "$scripts" "$scripts"/*.sh

mkdir -p "$work/mask"
if [ "$base" = / ]; then
    for path in opt home root tmp run usr/local var/lib/kubelet var/lib/etcd var/lib/kubeadm-cluster var/lib/containerd var/lib/cni var/log etc/kubernetes etc/cni etc/containerd etc/systemd; do
        mkdir -p "$work/mask/$(dirname "$path")"
        mknod "$work/mask/$path" c 0 0
    done
fi

# What begins in memory; the kernel's settings are files there, over /proc/sys.
sys=$work/memory/sim/sys
mkdir -p "$work"/memory/{run,shm,sim/ballast,sim/units/active,sim/units/enabled} "$sys"/{fs/inotify,net/ipv4,net/bridge,vm,kernel/keys}
printf 'Filename\tType\tSize\tUsed\tPriority\n' >"$work/memory/sim/swaps"
echo 128 >"$sys/fs/inotify/max_user_instances"
for key in ipv4/ip_forward bridge/bridge-nf-call-iptables bridge/bridge-nf-call-ip6tables; do echo 0 >"$sys/net/$key"; done
for key in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do echo 0 >"$sys/$key"; done

dev=$work/dev
mkdir -p "$dev/shm" "$dev/pts"
mknod -m 666 "$dev/null" c 1 3
mknod -m 666 "$dev/zero" c 1 5
mknod -m 666 "$dev/full" c 1 7
mknod -m 666 "$dev/random" c 1 8
mknod -m 666 "$dev/urandom" c 1 9
mknod -m 666 "$dev/tty" c 5 0
mknod -m 600 "$dev/kmsg" c 1 11
# A major number for experiments: no driver is behind it.
mknod -m 660 "$dev/sdx" b 60 0
mkdir -p "$dev/disk/by-id"
ln -s /dev/sdx "$dev/disk/by-id/cuts-disk"
ln -s /proc/self/fd "$dev/fd"
for at in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${at%:*}" "$dev/${at#*:}"; done
