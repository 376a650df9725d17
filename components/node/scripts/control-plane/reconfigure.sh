#!/usr/bin/env bash
# On a living control plane node: bring version and settings of the cluster to what the configuration says now.
# Settings are all or nothing: where a component does not come up, every manifest is again what it was.
# usage: reconfigure.sh [joined]   joined = what belongs to the whole cluster was changed on the first node already
# inputs (standard input, see read_inputs):
#   CLUSTER_CONFIGURATION   kubeadm's ClusterConfiguration, KubeletConfiguration and KubeProxyConfiguration
# output: where etcd was saved before the last upgrade, on this host; empty = there was none
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=control-plane.sh
. "$here/control-plane.sh"
# shellcheck source-path=SCRIPTDIR source=kubelet-settings.sh
. "$here/kubelet-settings.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
# shellcheck source-path=SCRIPTDIR source=api-certificate.sh
. "$here/api-certificate.sh"
# shellcheck source-path=SCRIPTDIR source=secrets-encryption.sh
. "$here/secrets-encryption.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-members.sh
. "$here/etcd-members.sh"
read_inputs CLUSTER_CONFIGURATION
first=true
[ "${1:-}" != joined ] || first=false
lock

current=$STATE/cluster-configuration.yaml
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
finish() {
    cat "$STATE/last-snapshot" 2>/dev/null || true
    exit 0
}
if [ ! -e "$KEPT" ] && cmp -s "$current" <(printf '%s' "$CLUSTER_CONFIGURATION"); then finish; fi
node=$(init_document | node_name_in)
refuse_restart "$node"
version=$(sed -n 's/^kubernetesVersion: //p' <<<"$CLUSTER_CONFIGURATION")

wanted=$(mktemp -d "$STATE/reconfigure.XXXXXX")
trap 'rm -rf "$wanted"' EXIT
printf '%s' "$CLUSTER_CONFIGURATION" >"$wanted/cluster-configuration.yaml"
# What is the node's own stays what kubeadm init was told: it is the first document.
{
    init_document
    printf -- '---\n%s' "$CLUSTER_CONFIGURATION"
} >"$wanted/kubeadm.yaml"
if [ "$(cat "$STATE/kubernetes-version")" != "$version" ]; then
    # Manifests that are being tried belong to the version that made them.
    if [ -e "$KEPT" ]; then put_back; fi
    # shellcheck source-path=SCRIPTDIR source=upgrade-control-plane.sh
    . "$here/upgrade-control-plane.sh"
    if $first; then upgrade_control_plane "$version" "$wanted/kubeadm.yaml"; else upgrade_joined "$version"; fi
fi
logged reconfigure kubeadm config validate --config "$wanted/kubeadm.yaml" ||
    die "kubeadm refuses these settings; nothing was changed. Correct what the lines above name and run pulumi up again"
# document KIND FILE
document() { awk -v RS='---\n' -v kind="$1" '$0 ~ "(^|\n)kind: " kind "\n"' "$2"; }
differs() { ! cmp -s <(document "$1" "$current") <(document "$1" "$wanted/cluster-configuration.yaml"); }

apply_kubelet() {
    ! $first || logged reconfigure kubeadm init phase upload-config kubelet --config "$1" || return 1
    renew_kubelet_settings && await_serving_certificate 60
}
apply_kube_proxy() {
    logged reconfigure kubeadm init phase addon kube-proxy --config "$1" &&
        admin -n kube-system rollout restart daemonset/kube-proxy >/dev/null &&
        logged reconfigure kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system rollout status daemonset/kube-proxy --timeout 120s
}
refuse() {
    say "putting the former settings back"
    put_back
    if differs KubeletConfiguration; then apply_kubelet "$STATE/kubeadm.yaml" || true; fi
    if $first && differs KubeProxyConfiguration; then apply_kube_proxy "$STATE/kubeadm.yaml" || true; fi
    die "${1% }; all settings are again what they were. Correct the configuration and run pulumi up again"
}

mkdir "$wanted/manifests"
manifests_of "$wanted/kubeadm.yaml" "$wanted/manifests" || die "kubeadm cannot make manifests of these settings; nothing was changed"
refuse_decryption "$wanted/manifests"
refuse_late_encryption "$wanted/manifests"
for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do
    new=$wanted/manifests/$component.yaml
    if cmp -s "$new" "$MANIFESTS/$component.yaml" && [ ! -e "$KEPT/$component.yaml" ]; then continue; fi
    say "changing $component"
    change "$component" "$new" && continue
    report "$component"
    refuse "$component did not come up with (before -, now +) $(differences "$component" "$new")"
done
if differs KubeletConfiguration; then
    apply_kubelet "$wanted/kubeadm.yaml" || refuse "the control plane's kubelet does not run with these settings (kubernetes.kubelet)"
fi
if $first && differs KubeProxyConfiguration; then
    say "changing kube-proxy"
    apply_kube_proxy "$wanted/kubeadm.yaml" ||
        refuse "kube-proxy did not come up with these settings (kubernetes.kubeProxy); see: kubectl -n kube-system logs -l k8s-app=kube-proxy"
fi
renew_api_names "$wanted/kubeadm.yaml" "$wanted" ||
    die "the API server has no certificate with these names (kubernetes.apiServer.certSANs); all other settings are in force. Correct what the lines above name and run pulumi up again"
! $first || logged reconfigure kubeadm init phase upload-config kubeadm --config "$wanted/kubeadm.yaml" || die "the settings are in force but could not be uploaded for kubeadm; run pulumi up again"
if encrypts "$MANIFESTS" && ! grep -q encryption-provider-config "$current"; then
    say "encrypting the Secrets that are there"
    encrypt_secrets
fi
mv "$wanted/kubeadm.yaml" "$STATE/kubeadm.yaml"
mv "$wanted/cluster-configuration.yaml" "$current"
rm -rf "$KEPT"
finish
