#!/usr/bin/env bash
# Compare this host with what the program has made of it and with what the configuration says; change nothing.
# inputs (standard input, see read_inputs):
#   KUBERNETES_VERSION      such as v1.32.0
#   CLUSTER_CONFIGURATION   kubeadm's documents on the control plane, else empty
#   PATCHES, PATCHES_DIRECTORY   as of renew-node.sh
# output, see answer: lines, their parts apart by tabs:
#   difference WHAT FOUND WANTED
#   node NAME LABELS TAINTS   from the control plane; LABELS are JSON, each taint has a comma behind it
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=vip.sh
. "$here/vip.sh"
# shellcheck source-path=SCRIPTDIR source=patches.sh
. "$here/patches.sh"
# shellcheck disable=SC2034  # patches.sh reads them
PATCHES='' PATCHES_DIRECTORY=''
read_inputs KUBERNETES_VERSION CLUSTER_CONFIGURATION PATCHES PATCHES_DIRECTORY

# It takes no lock, and several may look at once. What one that was ended from outside has left goes with the next.
for scratch in /run/kubeadm-cluster-verify.*; do
    pid=${scratch##*.}
    if [ ! -e "/proc/$pid" ]; then rm -rf "$scratch"; fi
done
scratch=/run/kubeadm-cluster-verify.$$
rm -rf "$scratch"
mkdir -p "$scratch/manifests"
trap 'rm -rf "$scratch"' EXIT

# expect WHAT FOUND WANTED
expect() {
    local found=${2:-nothing}
    if [ "$2" != "$3" ]; then answer "difference"$'\t'"$1"$'\t'"${found//[$'\t\n']/ }"$'\t'"$3"; fi
}

found=$(kubelet --version 2>/dev/null) || found="no answer of kubelet --version"
expect "version of kubelet" "${found#Kubernetes }" "$KUBERNETES_VERSION"
found=$(kubeadm version -o short 2>/dev/null) || found="no answer of kubeadm version"
expect "version of kubeadm" "$found" "$KUBERNETES_VERSION"
units=(containerd kubelet)
if [ -e "$VIP_UNIT_FILE" ]; then units+=("$VIP_UNIT"); fi
for unit in "${units[@]}"; do
    # Its codes tell of states, too: what it prints is the answer.
    found=$(systemctl is-active "$unit" 2>/dev/null) || found=${found:-no answer of systemctl}
    expect "unit $unit" "$found" active
    found=$(systemctl is-enabled "$unit" 2>/dev/null) || found=${found:-no answer of systemctl}
    expect "unit $unit at boot" "$found" enabled
done

# Files as put has written them. /etc/hosts and its templates are others', too.
wrote=
if [ -d "$STATE/wrote" ]; then
    wrote=$(find "$STATE/wrote" -type f ! -name '.*.kubeadm-cluster-new' -printf '/%P\n')
    wrote=$(sort <<<"$wrote")
fi
while IFS= read -r file; do
    case $file in '' | /etc/hosts | /etc/cloud/templates/hosts.*) continue ;; esac
    wanted=$(<"$STATE/wrote$file")
    if [ ! -e "$file" ]; then
        found=missing
    elif ! digest=$(sha256sum <"$file"); then
        found="not readable"
    elif [ "$digest" = "$wanted" ]; then
        continue
    else
        found=changed
    fi
    expect "file $file" "$found" "as it was written"
done <<<"$wrote"
if [ -e /etc/sysctl.d/99-kubeadm-cluster.conf ]; then
    while IFS=' =' read -r key wanted; do
        if [ -z "$wanted" ]; then continue; fi
        found=$(sysctl -n "$key" 2>/dev/null) || found="no such setting"
        expect "kernel setting $key" "$found" "$wanted"
    done </etc/sysctl.d/99-kubeadm-cluster.conf
fi

# shellcheck source-path=SCRIPTDIR source=verify-host.sh
. "$here/verify-host.sh"

# compare WHAT HERE WANTED: diff's lines as differences: what is only here, what is only wanted.
compare() {
    local lines line code=0
    lines=$(diff -- "$2" "$3") || code=$?
    [ "$code" -lt 2 ] || die "the $1 could not be compared; the line above says why"
    while IFS= read -r line; do
        case $line in
        '< '*) expect "$1" "${line#'< '}" "not there" ;;
        '> '*) expect "$1" "not there" "${line#'> '}" ;;
        esac
    done <<<"$lines"
}
# without_resolver FILE COPY: kubeadm adds resolvConf on hosts with systemd-resolved.
without_resolver() { sed '/^resolvConf:/d' "$1" >"$2"; }
name_patches
# shellcheck disable=SC2154  # both are set there
expect "patches of kubeadm" "${patches_before:-none}" "${patches:-none}"

# patch_settings FILE: the KubeletConfiguration in FILE, with the patches in force, as kubeadm would write it on this host.
patch_settings() {
    local document kubelet
    if [ -z "$patches_before" ] || [ ! -d "$patches_before" ]; then return 0; fi
    kubelet=$(<"$1")
    # The address is written nowhere; this name has none of its own to ask for.
    patched_document $'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint:\n  advertiseAddress: 192.0.2.1\nnodeRegistration:\n  name: verify\n  criSocket: unix:///var/run/containerd/containerd.sock' "$patches_before"
    printf '%s\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: %s\n---\n%s\n' \
        "$document" "$KUBERNETES_VERSION" "$kubelet" >"$scratch/patching.yaml"
    mkdir -p "$scratch/patched"
    KUBEADM_INIT_DRYRUN_DIR=$scratch/patched kubeadm init phase kubelet-start --config "$scratch/patching.yaml" --dry-run >"$scratch/log" 2>&1 || {
        tail -n 5 "$scratch/log" >&2
        die "kubeadm cannot apply the patches in $patches_before to the kubelet's settings"
    }
    mv -f "$scratch/patched/config.yaml" "$1"
}
if kubectl "$AS_NODE" -n kube-system get configmap kubelet-config --request-timeout 20s -o 'jsonpath={.data.kubelet}' >"$scratch/kubelet" 2>/dev/null; then
    if [ -s "$scratch/kubelet" ] && [ -e /var/lib/kubelet/config.yaml ]; then
        without_resolver /var/lib/kubelet/config.yaml "$scratch/kubelet-here"
        patch_settings "$scratch/kubelet"
        without_resolver "$scratch/kubelet" "$scratch/kubelet-wanted"
        compare "settings of kubelet" "$scratch/kubelet-here" "$scratch/kubelet-wanted"
    fi
else
    expect "the API server, asked by this kubelet" "no answer" "an answer"
fi
if [ -z "$CLUSTER_CONFIGURATION" ]; then exit 0; fi
# shellcheck source-path=SCRIPTDIR source=verify-manifests.sh
. "$here/verify-manifests.sh"
