#!/usr/bin/env bash
# A cluster by hand, as the source article makes it, over plain SSH and with all hosts at work at the same time: what
# `pulumi up` is measured against. It checks nothing that it does not have to, and repairs nothing.
# usage: plain-ssh.sh up|down DIRECTORY, plain-ssh.sh add DIRECTORY NAME
# inputs, files of DIRECTORY:
#   settings       SITE, KUBERNETES and CNI_PLUGINS: where programs come from, and versions; ENDPOINT: name and address
#   hosts          lines NAME USER@ADDRESS, the control plane first; `add` takes one that `up` leaves out, marked by a third word
#   ssh            options of ssh, one a line
#   files.tar      configuration of containerd and kernel, the kubelet's unit, the API server's key for Secrets
#   kubeadm.yaml   for kubeadm init
#   network.yaml   objects of the pod network
set -euo pipefail
command=$1 directory=$2
# shellcheck source=/dev/null
. "$directory/settings"
mapfile -t options <"$directory/ssh"
master=$(awk 'NR == 1 { print $1 }' "$directory/hosts")

# on NAME COMMAND: as root, by sudo where the login is another user's.
on() {
    local target
    target=$(awk -v name="$1" '$1 == name { print $2 }' "$directory/hosts")
    # shellcheck disable=SC2029  # what it says here is what the host is told
    ssh "${options[@]}" "$target" "sudo -n bash -c '$2'"
}
kubectl="KUBECONFIG=/etc/kubernetes/admin.conf kubectl"

# Runs on the host. The archive follows on standard input.
prepare_here() {
    set -euo pipefail
    tar -x -C / --no-overwrite-dir
    get() {
        local sum
        curl -fsSL -o "$2" "$1"
        sum=$(curl -fsSL "$1.sha256" | cut -d" " -f1)
        echo "$sum  $2" | sha256sum -c --quiet
    }
    local name pids=()
    for name in kubeadm kubelet kubectl; do
        {
            get "$SITE/$KUBERNETES/bin/linux/amd64/$name" "/usr/local/bin/$name"
            chmod 755 "/usr/local/bin/$name"
        } &
        pids+=($!)
    done
    {
        get "$SITE/cni-plugins/$CNI_PLUGINS/cni-plugins-linux-amd64-$CNI_PLUGINS.tgz" /tmp/cni.tgz
        mkdir -p /opt/cni/bin /etc/cni/net.d
        tar -xzf /tmp/cni.tgz -C /opt/cni/bin --no-overwrite-dir --no-same-owner
    } &
    pids+=($!)
    modprobe -a overlay br_netfilter 2>/dev/null || true
    sysctl -q --load /etc/sysctl.d/99-kubeadm-cluster.conf
    echo "$ENDPOINT # plain-ssh" >>/etc/hosts
    systemctl daemon-reload
    systemctl restart containerd
    for pid in "${pids[@]}"; do wait "$pid"; done
    systemctl -q enable kubelet
}

prepare() {
    local target
    target=$(awk -v name="$1" '$1 == name { print $2 }' "$directory/hosts")
    {
        cat "$directory/settings"
        declare -f prepare_here
        # Bash reads up to the end of this line and leaves the archive to tar.
        echo "prepare_here; exit"
        cat "$directory/files.tar"
    } | ssh "${options[@]}" "$target" sudo -n bash -s
}

# Runs on the host.
reset_here() {
    kubeadm reset -f >/dev/null 2>&1
    systemctl -q disable --now kubelet
    local save link
    for save in iptables-nft-save iptables-legacy-save; do
        "$save" 2>/dev/null | grep -vE "KUBE-|CNI-|FLANNEL-" | "${save%save}restore"
    done
    for link in cni0 flannel.1; do ip link delete "$link" 2>/dev/null; done
    ctr -n k8s.io images list -q | xargs -r ctr -n k8s.io images remove >/dev/null 2>&1
    rm -rf /etc/kubernetes /var/lib/etcd /etc/cni/net.d/* /var/lib/cni /run/flannel /opt/cni /usr/local/bin/kube{adm,let,ctl} \
        /etc/systemd/system/kubelet.service* /etc/containerd/certs.d /etc/containerd/config.toml /var/lib/kubeadm-cluster
    find /var/lib/kubelet -mindepth 1 -delete 2>/dev/null
    sed "/# plain-ssh$/d" /etc/hosts >/etc/hosts.new && cat /etc/hosts.new >/etc/hosts && rm /etc/hosts.new
    systemctl daemon-reload
    systemctl restart containerd
}

reset() {
    local target
    target=$(awk -v name="$1" '$1 == name { print $2 }' "$directory/hosts")
    { declare -f reset_here && echo "reset_here; exit"; } | ssh "${options[@]}" "$target" sudo -n bash -s
}

all_ready="$kubectl wait --for=condition=Ready node --all --timeout=300s"
all_ready+=" && $kubectl -n kube-flannel rollout status daemonset --timeout=300s"
all_ready+=" && $kubectl -n kube-system wait --for=condition=Available deployment/coredns --timeout=300s"

case $command in
up)
    names=$(awk 'NR > 1 && $3 == "" { print $1 }' "$directory/hosts")
    mapfile -t workers <<<"$names"
    declare -A prepared
    for worker in "${workers[@]}"; do
        prepare "$worker" &
        prepared[$worker]=$!
    done
    prepare "$master"
    on "$master" "cat >/run/kubeadm.yaml; kubeadm init --config /run/kubeadm.yaml --skip-token-print >/dev/null" <"$directory/kubeadm.yaml"
    on "$master" "$kubectl apply --server-side -f - >/dev/null" <"$directory/network.yaml" &
    steps=($!)
    join=$(on "$master" "kubeadm token create --print-join-command")
    for worker in "${workers[@]}"; do
        wait "${prepared[$worker]}"
        on "$worker" "$join --node-name $worker >/dev/null 2>&1" &
        steps+=($!)
    done
    for step in "${steps[@]}"; do wait "$step"; done
    on "$master" "$all_ready" >/dev/null
    ;;
add)
    worker=$3
    prepare "$worker" &
    step=$!
    join=$(on "$master" "kubeadm token create --print-join-command")
    wait "$step"
    on "$worker" "$join --node-name $worker >/dev/null 2>&1"
    on "$master" "$kubectl wait --for=condition=Ready node $worker --timeout=300s" >/dev/null
    ;;
down)
    steps=()
    hosts=$(tac "$directory/hosts")
    while read -r name _; do
        reset "$name" &
        steps+=($!)
    done <<<"$hosts"
    for step in "${steps[@]}"; do wait "$step"; done
    ;;
esac
