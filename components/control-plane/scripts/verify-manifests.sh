# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by verify.sh on a control plane node: the manifests of its static Pods, and what the cluster says of its nodes.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=control-plane.sh
. "$here/control-plane.sh"
# shellcheck source-path=SCRIPTDIR source=kept-manifests.sh
. "$here/kept-manifests.sh"

# shellcheck source-path=SCRIPTDIR source=init-configuration.sh
. "$here/init-configuration.sh"

if [ ! -d "$patches_before" ]; then patches_before=; fi
whole_configuration "$CLUSTER_CONFIGURATION" "$patches_before"
printf '%s\n' "$whole" >"$scratch/kubeadm.yaml"
for phase in "control-plane all" "etcd local"; do
    # shellcheck disable=SC2086  # two words
    KUBEADM_INIT_DRYRUN_DIR=$scratch/manifests kubeadm init phase $phase --config "$scratch/kubeadm.yaml" --dry-run >"$scratch/log" 2>&1 || {
        tail -n 5 "$scratch/log" >&2
        die "kubeadm cannot make manifests of the configuration"
    }
done
keep_members "$scratch/manifests/etcd.yaml"
for manifest in "$scratch"/manifests/*.yaml; do
    name=${manifest##*/}
    if [ -e "/etc/kubernetes/manifests/$name" ]; then
        compare "manifest of ${name%.yaml}" "/etc/kubernetes/manifests/$name" "$manifest"
    else
        expect "manifest of ${name%.yaml}" missing there
    fi
done
nodes=$(kubectl "$ADMIN" get nodes --request-timeout 20s -o 'jsonpath={range .items[*]}node{"\t"}{.metadata.name}{"\t"}{.metadata.labels}{"\t"}{range .spec.taints[*]}{.key}={.value}:{.effect},{end}{"\n"}{end}') ||
    die "the API server could not be asked for its nodes; the line above says why"
while IFS= read -r node; do
    if [ -n "$node" ]; then answer "$node"; fi
done <<<"$nodes"
