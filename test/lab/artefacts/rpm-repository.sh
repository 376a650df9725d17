#!/usr/bin/env bash
# Pack Kubernetes' programs as RPM packages, as pkgs.k8s.io has them: one repository for a minor release, every version of
# it side by side, signed packages and signed metadata.
#
# usage: rpm-repository.sh OUT_DIR CNI_VERSION CNI_DIR VERSION=PROGRAMS_DIR...     OUT_DIR appears only when it is complete
#   PROGRAMS_DIR holds kubeadm, kubelet, kubectl of VERSION, such as 1.32.0; CNI_DIR the plug-ins of CNI_VERSION
set -euo pipefail

out=$1 cni_version=${2#v} cni=$3
shift 3
here=$(readlink -f "$0")
here=${here%/*}
work=$(mktemp -d)
trap 'rm -rf "$work" "$out.partial"' EXIT
umask 022
rm -rf "$out.partial"
mkdir -p "$out.partial/x86_64"

# package NAME VERSION REQUIRES FILES: packs $work/NAME; FILES are lines of a spec's %files.
package() {
    local spec=$work/$1.spec requires=''
    if [ -n "$3" ]; then requires="Requires: $3"; fi
    cat >"$spec" <<SPEC
Name: $1
Version: $2
Release: 150500.1.1
Summary: $1, packed by the lab
License: Apache-2.0
AutoReqProv: no
$requires
%description
$1, packed by the lab.
%files
$4
SPEC
    "$here/rpm-package.sh" "$spec" "$work/$1" "$out.partial/x86_64"
}

kubelet_unit() {
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
    install -D -m 644 /dev/stdin "$work/kubelet/etc/sysconfig/kubelet" <<<'KUBELET_EXTRA_ARGS='
    install -d -m 755 "$work/kubelet/etc/kubernetes/manifests"
    install -D -m 644 /dev/stdin "$work/kubeadm/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf" <<'UNIT'
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/sysconfig/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
}

# cri-tools, which kubeadm's own package wants too, is in no registry that the lab can build from.
mkdir -p "$work/kubernetes-cni/opt/cni/bin"
install -m 755 "$cni"/* "$work/kubernetes-cni/opt/cni/bin"
package kubernetes-cni "$cni_version" '' /opt/cni
for pair in "$@"; do
    for name in kubeadm kubelet kubectl; do install -D -m 755 "${pair#*=}/$name" "$work/$name/usr/bin/$name"; done
    kubelet_unit
    version=${pair%%=*}
    package kubelet "$version" 'iptables, kubernetes-cni, socat, ethtool, conntrack, ebtables' \
        $'/usr/bin/kubelet\n/usr/lib/systemd/system/kubelet.service\n%dir /etc/kubernetes\n%dir /etc/kubernetes/manifests\n%config(noreplace) /etc/sysconfig/kubelet'
    package kubeadm "$version" kubelet $'/usr/bin/kubeadm\n/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf'
    package kubectl "$version" '' /usr/bin/kubectl
done
"$here/rpm-sign.sh" "$out.partial"
rm -rf "$out"
mv "$out.partial" "$out"
