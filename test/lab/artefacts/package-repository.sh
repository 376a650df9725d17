#!/usr/bin/env bash
# Pack Kubernetes' programs as Debian packages, as pkgs.k8s.io has them, into a signed repository. The signing key is made
# for this repository alone and thrown away.
#
# usage: package-repository.sh OUT_DIR VERSION PROGRAMS_DIR CNI_VERSION CNI_DIR     OUT_DIR appears only when it is complete
#   VERSION such as 1.32.0; PROGRAMS_DIR holds kubeadm, kubelet, kubectl; CNI_DIR the plug-ins of CNI_VERSION
set -euo pipefail

out=$1 version=$2-1.1 programs=$3 cni_version=${4#v}-1.1 cni=$5
work=$(mktemp -d)
trap 'gpgconf --homedir "$work/gnupg" --kill all 2>/dev/null || true; rm -rf "$work" "$out.partial"' EXIT
umask 022
rm -rf "$out.partial"
mkdir -p "$out.partial" "$work/gnupg"
chmod 700 "$work/gnupg"

# package NAME VERSION DEPENDS: packs $work/NAME, without compression: it is read from a disk nearby.
package() {
    local root=$work/$1
    mkdir -p "$root/DEBIAN"
    printf '%s: %s\n' Package "$1" Version "$2" Architecture amd64 Maintainer "lab <lab@localhost>" Depends "$3" \
        Description "$1, packed by the lab" >"$root/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone --build "$root" "$out.partial/$1_$2_amd64.deb" >/dev/null
}

for name in kubeadm kubelet kubectl; do install -D -m 755 "$programs/$name" "$work/$name/usr/bin/$name"; done
mkdir -p "$work/kubernetes-cni/opt/cni/bin"
install -m 755 "$cni"/* "$work/kubernetes-cni/opt/cni/bin"
install -D -m 644 /dev/stdin "$work/kubelet/usr/lib/systemd/system/kubelet.service" <<'UNIT'
[Unit]
Description=kubelet: The Kubernetes Node Agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
install -D -m 644 /dev/stdin "$work/kubeadm/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf" <<'UNIT'
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
# cri-tools, which kubeadm's own package wants too, is in no registry that the lab can build from.
package kubernetes-cni "$cni_version" "libc6"
package kubelet "$version" "iptables, kubernetes-cni, iproute2, mount, util-linux, ethtool, conntrack, socat, ebtables"
package kubeadm "$version" "kubelet"
package kubectl "$version" "libc6"

cd "$out.partial"
apt-ftparchive packages . >Packages
apt-ftparchive -o APT::FTPArchive::Release::Origin=lab -o APT::FTPArchive::Release::Architectures=amd64 release . >"$work/Release"
mv "$work/Release" .

gpg=(gpg --homedir "$work/gnupg" --batch --quiet --no-tty)
"${gpg[@]}" --passphrase '' --quick-gen-key "lab <lab@localhost>" rsa2048 sign never 2>/dev/null
"${gpg[@]}" --armor --export >Release.key
"${gpg[@]}" --clearsign --output InRelease Release
cd /
rm -rf "$out"
mv "$out.partial" "$out"
