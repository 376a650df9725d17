# apt-get, apt-cache, apt-mark: packages are names with versions in /var/lib/cuts-packages, and bring doubles.
set -e
packages=/var/lib/cuts-packages
mkdir -p "$packages"
words=()
while [ $# -gt 0 ]; do
    case $1 in
    -o) shift ;;
    -*) ;;
    *) words+=("$1") ;;
    esac
    shift
done
tools_of() {
    case $1 in
    kmod) echo modprobe ;;
    iproute2) echo tc ;;
    iptables) echo iptables iptables-legacy-save iptables-nft-save iptables-legacy-restore iptables-nft-restore ;;
    nftables) echo nft ;;
    cri-tools) echo crictl ;;
    kubernetes-cni) ;;
    containerd) echo containerd ctr ;;
    *) echo "$1" ;;
    esac
}
install_one() {
    local package=${1%%=*} version=1.6.20 tool
    [[ "$1" != *=* ]] || version=${1#*=}
    case $package in
    kubeadm | kubelet | kubectl)
        printf '#!/bin/bash -p\nexec /usr/lib/cuts/double --as %s v%s "$@"\n' "$package" "${version%%-*}" >"/usr/bin/$package"
        chmod 755 "/usr/bin/$package"
        ;;
    *) for tool in $(tools_of "$package"); do [ -e "/usr/sbin/$tool" ] || [ -e "/usr/bin/$tool" ] || ln -s /usr/lib/cuts/double "/usr/sbin/$tool"; done ;;
    esac
    case $package in
    containerd | keepalived) printf '[Service]\nExecStart=/usr/sbin/%s\n' "$package" >"/usr/lib/systemd/system/$package.service" ;;
    kubelet)
        mkdir -p /usr/lib/systemd/system/kubelet.service.d
        printf '[Service]\nExecStart=/usr/bin/kubelet\n' >/usr/lib/systemd/system/kubelet.service
        # shellcheck disable=SC2016
        echo 'ExecStart=/usr/bin/kubelet $KUBELET_KUBEADM_ARGS' >/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf
        install_one kubernetes-cni=1.6.0-1.1
        ;;
    kubeadm) install_one cri-tools=1.32.0-1.1 ;;
    kubernetes-cni)
        mkdir -p /opt/cni/bin
        for tool in loopback bridge host-local portmap; do cp /usr/lib/cuts/real/sleep "/opt/cni/bin/$tool"; done
        ;;
    esac
    echo "$version" >"$packages/$package"
    [ "$package" != containerd ] || { /usr/bin/systemctl enable --now containerd; }
}
purge_one() {
    local tool
    case $1 in
    kubeadm | kubelet | kubectl) rm -f "/usr/bin/$1" ;;
    *) for tool in $(tools_of "$1"); do rm -f "/usr/sbin/$tool"; done ;;
    esac
    [ "$1" != kubelet ] || rm -rf /usr/lib/systemd/system/kubelet.service /usr/lib/systemd/system/kubelet.service.d /sim/units/*/kubelet
    [ "$1" != kubernetes-cni ] || rm -f /opt/cni/bin/{loopback,bridge,host-local,portmap}
    rm -f "$packages/$1" "/sim/held/$1"
}
case ${words[0]:-} in
update) ;;
install) for word in "${words[@]:1}"; do install_one "$word"; done ;;
purge | remove)
    for word in "${words[@]:1}"; do purge_one "$word"; done
    ;;
madison) [ -z "$(</etc/apt/sources.list.d/kubeadm-cluster.list)" ] || for version in 1.32.1-1.1 1.32.0-1.1; do echo " ${words[1]} | $version | https://pkgs.example.org Packages"; done ;;
hold) mkdir -p /sim/held && for word in "${words[@]:1}"; do : >"/sim/held/$word"; done ;;
unhold) for word in "${words[@]:1}"; do rm -f "/sim/held/$word"; done ;;
*) echo "double of $name: unknown: ${words[*]}" >&2 && exit 64 ;;
esac
exit 0
