#!/usr/bin/env bash
# Compare this host with what the program has made of it and with what the configuration says; change nothing.
# inputs (standard input, see read_inputs):
#   KUBERNETES_VERSION      such as v1.32.0
#   CLUSTER_CONFIGURATION   kubeadm's documents on the control plane, else empty
# output: lines, their parts apart by tabs:
#   difference WHAT FOUND WANTED
#   node NAME LABELS TAINTS   from the control plane; LABELS are JSON, each taint has a comma behind it
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=vip.sh
. "$here/vip.sh"
read_inputs KUBERNETES_VERSION CLUSTER_CONFIGURATION

scratch=$(mktemp -d /run/kubeadm-cluster-verify.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
# expect WHAT FOUND WANTED
expect() { [ "$2" = "$3" ] || printf 'difference\t%s\t%s\t%s\n' "$1" "${2:-nothing}" "$3"; }

expect "version of kubelet" "$(kubelet --version 2>/dev/null | cut -d' ' -f2)" "$KUBERNETES_VERSION"
expect "version of kubeadm" "$(kubeadm version -o short 2>/dev/null)" "$KUBERNETES_VERSION"
units=(containerd kubelet)
[ ! -e "$VIP_UNIT_FILE" ] || units+=("$VIP_UNIT")
for unit in "${units[@]}"; do
    expect "unit $unit" "$(systemctl is-active "$unit" || true)" active
    expect "unit $unit at boot" "$(systemctl is-enabled "$unit" 2>/dev/null || true)" enabled
done

# Files as put has written them. /etc/hosts is others', too.
if [ -d "$STATE/wrote" ]; then
    while IFS= read -r file; do
        [ "$file" != /etc/hosts ] || continue
        found=$(sha256sum <"$file" 2>/dev/null || echo missing)
        [ "$found" = "$(cat "$STATE/wrote$file")" ] || expect "file $file" "$([ "$found" = missing ] && echo missing || echo changed)" "as it was written"
    done < <(cd "$STATE/wrote" && find . -type f | sed 's/^\.//' | sort)
fi
if [ -e /etc/sysctl.d/99-kubeadm-cluster.conf ]; then
    while IFS=' =' read -r key wanted; do
        [ -z "$wanted" ] || expect "kernel setting $key" "$(sysctl -n "$key" 2>/dev/null)" "$wanted"
    done </etc/sysctl.d/99-kubeadm-cluster.conf
fi

# diff's lines as differences: what is only here, what is only wanted.
compare() {
    diff "$2" "$3" | sed -n "s|^< *\\(.*\\)|difference\t$1\t\\1\tnot there|p; s|^> *\\(.*\\)|difference\t$1\tnot there\t\\1|p" || true
}
kubectl --kubeconfig /etc/kubernetes/kubelet.conf -n kube-system get configmap kubelet-config -o 'jsonpath={.data.kubelet}' >"$scratch/kubelet" 2>/dev/null ||
    expect "the API server, asked by this kubelet" "no answer" "an answer"
# kubeadm adds resolvConf on hosts with systemd-resolved.
[ ! -s "$scratch/kubelet" ] || compare "settings of kubelet" <(grep -v ^resolvConf: /var/lib/kubelet/config.yaml) <(grep -v ^resolvConf: "$scratch/kubelet")
[ -n "$CLUSTER_CONFIGURATION" ] || exit 0

{
    init_document
    printf -- '---\n%s' "$CLUSTER_CONFIGURATION"
} >"$scratch/kubeadm.yaml"
mkdir "$scratch/manifests"
for phase in "control-plane all" "etcd local"; do
    # shellcheck disable=SC2086  # two words
    KUBEADM_INIT_DRYRUN_DIR=$scratch/manifests kubeadm init phase $phase --config "$scratch/kubeadm.yaml" --dry-run >"$scratch/log" 2>&1 || {
        tail -n 5 "$scratch/log" >&2
        die "kubeadm cannot make manifests of the configuration"
    }
done
# shellcheck source-path=SCRIPTDIR source=control-plane.sh
. "$here/control-plane.sh"
keep_members "$scratch/manifests/etcd.yaml"
for manifest in "$scratch"/manifests/*.yaml; do
    name=${manifest##*/}
    compare "manifest of ${name%.yaml}" "/etc/kubernetes/manifests/$name" "$manifest"
done
admin get nodes -o 'jsonpath={range .items[*]}node{"\t"}{.metadata.name}{"\t"}{.metadata.labels}{"\t"}{range .spec.taints[*]}{.key}={.value}:{.effect},{end}{"\n"}{end}'
