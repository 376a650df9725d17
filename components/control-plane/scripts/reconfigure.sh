#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2154
# On a living control plane node: bring version, settings and encryption key of the cluster to what the configuration says
# now. Settings are all or nothing: where a component does not come up, every manifest is again what it was.
# usage: reconfigure.sh [joined]   joined = what belongs to the whole cluster was changed on the first node already
# inputs (standard input, see read_inputs):
#   NODE_NAME, KUBERNETES_VERSION
#   CLUSTER_CONFIGURATION       kubeadm's ClusterConfiguration, KubeletConfiguration and KubeProxyConfiguration
#   KUBELET_CONFIGURATION, KUBE_PROXY_CONFIGURATION   two of them, as they stand there
#   CERTIFICATE_CONFIGURATION   the first of them, with the directory in which a new certificate is made
#   PATCHES                     kubeadm's patches, each as NAME, its number of lines and the lines. Default: none
#   PATCHES_DIRECTORY           or where the owner has put them on this host. Default: nowhere
#   ETCD_DATA_DIR               where etcd's data is. Default: /var/lib/etcd
#   REPAIR                      another text than before = manifests and settings are looked at again, see repair.sh. Default: none
# The encryption key is what init.sh was told last; its name comes along, so that its change makes the step run.
# output: where etcd was saved before the last upgrade, on this host; none = there was none
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
. "$here/lib.sh"
. "$here/cluster.sh"
. "$here/control-plane.sh"
. "$here/kept-manifests.sh"
. "$here/kubelet-settings.sh"
. "$here/serving-certificates.sh"
. "$here/api-certificate.sh"
. "$here/restart-components.sh"
. "$here/etcd-programs.sh"
. "$here/etcd-members.sh"
. "$here/encryption-keys.sh"
. "$here/secrets-encryption.sh"
. "$here/init-configuration.sh"
. "$here/patches.sh"
. "$here/settings.sh"
. "$here/etcd-directory.sh"
. "$here/repair.sh"
ETCD_DATA_DIR=$ETCD_DEFAULT PATCHES='' PATCHES_DIRECTORY='' REPAIR=''
read_inputs NODE_NAME KUBERNETES_VERSION CLUSTER_CONFIGURATION KUBELET_CONFIGURATION KUBE_PROXY_CONFIGURATION CERTIFICATE_CONFIGURATION \
    PATCHES PATCHES_DIRECTORY ETCD_DATA_DIR REPAIR
look_at_repair reconfigure
first=yes
[ "${1:-}" != joined ] || first=no
lock

current=$STATE/cluster-configuration.yaml wanted_files=$STATE/reconfigure
[ -e "$STATE/initialised" ] || die "this host has no control plane of this program"
finish() {
    local path
    # A run that was cut off may have left them.
    rm -rf "$KEPT.done" "$wanted_files"
    if [ -e "$STATE/last-snapshot" ]; then
        path=$(<"$STATE/last-snapshot")
        answer "$path"
    fi
    exit 0
}
refuse_other_directory "$MANIFESTS/etcd.yaml"
adopt_key
keep_init_configuration
former=$(<"$current")
look_at_keys
bring_patches
use_patches "$patches"
if [ "$repairing" = no ] && [ ! -e "$KEPT" ] && [ "$telling" = no ] && [ "$settled" = yes ] && [ "$patches" = "$patches_before" ] &&
    [ "$former" = "${CLUSTER_CONFIGURATION%$'\n'}" ]; then finish; fi
refuse_restart "$NODE_NAME"

rm -rf "$wanted_files"
mkdir -p "$wanted_files"
trap 'rm -rf "$wanted_files" "$MADE"' EXIT
settings=$wanted_files/kubeadm.yaml
# What is the node's own stays what kubeadm init was told: it is the first document.
whole_configuration "$CLUSTER_CONFIGURATION" "$patches"
printf '%s' "$whole" >"$settings"
version=$(<"$STATE/kubernetes-version") upgraded=no
if [ "$version" != "$KUBERNETES_VERSION" ]; then
    upgraded=yes
    # Manifests that are being tried belong to the version that made them.
    if [ -e "$KEPT" ]; then
        put_back
        [ "$restored" = yes ] || die "manifests of an earlier run are kept in $KEPT and could not be put back, as the lines above say; then run pulumi up again"
    fi
    # shellcheck source-path=SCRIPTDIR source=upgrade-control-plane.sh
    . "$here/upgrade-control-plane.sh"
    if [ "$first" = yes ]; then upgrade_control_plane "$version"; else upgrade_joined "$version"; fi
fi
must reconfigure "kubeadm refuses these settings; nothing was changed. Correct what the lines above name and run pulumi up again" \
    kubeadm config validate --config "$settings"

manifests_of "$settings" "$wanted_files/manifests"
refuse_decryption "$wanted_files/manifests"
data_directory_in "$wanted_files/manifests/etcd.yaml"
[ -z "$living" ] || [ "${living%/}" = "${ETCD_DATA_DIR%/}" ] ||
    die "with these settings etcd would begin empty in $living; nothing was changed. Take --data-dir out of etcd's flags and patches, and run pulumi up again"
for component in "${COMPONENTS[@]}"; do
    new=$wanted_files/manifests/$component.yaml kept=$KEPT/$component.yaml
    if cmp -s "$new" "$MANIFESTS/$component.yaml" && { [ ! -e "$kept" ] || cmp -s "$new" "$kept"; }; then continue; fi
    keep_manifests
    say "changing $component"
    change "$component" "$new"
    if [ "$up" = yes ]; then continue; fi
    report "$component"
    look_at_differences "$component" "$new"
    look_for_patches "$component"
    refuse "$component did not come up with (before -, now +) $differences$named"
done
look_for_document "$KUBELET_CONFIGURATION"
if [ "$differs" = yes ] || [ "$patches" != "$patches_before" ]; then
    apply_kubelet "$settings"
    look_for_patches kubeletconfiguration
    [ "$applied" = yes ] || refuse "the control plane's kubelet does not run with these settings (kubernetes.kubelet)$named"
elif [ "$repairing" = yes ]; then
    # The cluster knows them: only this host's file may be another one.
    renew_kubelet_settings
    [ "$kubelet_settings" = taken ] || die "the kubelet does not run with the cluster's settings and has again what was in its file; see the lines above. Run pulumi up again"
fi
look_for_document "$KUBE_PROXY_CONFIGURATION"
if [ "$first" = yes ] && [ "$differs" = yes ]; then
    say "changing kube-proxy"
    apply_kube_proxy "$settings"
    [ "$applied" = yes ] || refuse "kube-proxy did not come up with these settings (kubernetes.kubeProxy); see: kubectl -n kube-system logs -l k8s-app=kube-proxy"
fi
# An upgrade has brought CoreDNS with it.
if [ "$first" = yes ] && [ "$upgraded" = no ]; then
    look_for_dns "$settings"
    if [ "$differs" = yes ]; then
        say "changing CoreDNS"
        apply_dns "$settings"
        look_for_patches corednsdeployment
        [ "$applied" = yes ] || refuse "CoreDNS did not come up with these settings (dns in kubernetes.kubeadm.clusterConfiguration)$named; see: kubectl -n kube-system describe pods -l k8s-app=kube-dns"
    fi
fi
whole_configuration "$CERTIFICATE_CONFIGURATION" ""
printf '%s' "$whole" >"$wanted_files/certificate.yaml"
renew_api_names "$wanted_files/certificate.yaml"
if [ "$first" = yes ]; then
    must reconfigure "the settings are in force but could not be uploaded for kubeadm; run pulumi up again" \
        kubeadm init phase upload-config kubeadm --config "$settings"
fi
settle_keys
whole_configuration "${CLUSTER_CONFIGURATION%$'\n'}" "$patches"
put "$STATE/kubeadm.yaml" 600 "$whole"
put "$current" 600 "${CLUSTER_CONFIGURATION%$'\n'}"
settle_patches
forget "$TELLING"
drop_kept
repaired reconfigure
finish
