# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by reconfigure.sh: settings of kubelet, kube-proxy and CoreDNS, which are told by the cluster, and the way back of
# all.
set -euo pipefail

# There from before the cluster hears of other settings until all of them are in force, or the former ones again.
readonly TELLING=$STATE/settings-being-told
telling=no
if [ -e "$TELLING" ]; then telling=yes; fi

# look_for_document TEXT: sets `differs` to no where this document is among those in force.
look_for_document() {
    differs=yes
    if [ "$telling" = yes ]; then return 0; fi
    if [[ "---"$'\n'$former$'\n---\n' == *"---"$'\n'"${1%$'\n'}"$'\n---\n'* ]]; then differs=no; fi
}
# apply_kubelet CONFIG, apply_kube_proxy CONFIG: set `applied` to yes where it runs with these settings.
apply_kubelet() {
    local code kubelet_settings serving
    applied=no
    record "$TELLING"
    if [ "$first" = yes ]; then
        attempt reconfigure kubeadm init phase upload-config kubelet --config "$1"
        if [ "$code" != 0 ]; then return 0; fi
    fi
    renew_kubelet_settings
    if [ "$kubelet_settings" != taken ]; then return 0; fi
    await_serving_certificate 60
    if [ "$serving" = there ]; then applied=yes; fi
}
apply_kube_proxy() {
    local code
    applied=no
    record "$TELLING"
    attempt reconfigure kubeadm init phase addon kube-proxy --config "$1"
    if [ "$code" != 0 ]; then return 0; fi
    attempt reconfigure kubectl "$ADMIN" -n kube-system rollout restart daemonset/kube-proxy
    if [ "$code" != 0 ]; then return 0; fi
    attempt reconfigure kubectl "$ADMIN" -n kube-system rollout status daemonset/kube-proxy --timeout 120s
    if [ "$code" = 0 ]; then applied=yes; fi
}
# look_for_coredns: sets `coredns` to the Deployment, or to nothing: a cluster without it keeps to that.
look_for_coredns() {
    coredns=$(kubectl "$ADMIN" -n kube-system get deployment coredns --request-timeout 20s --ignore-not-found -o name) ||
        die "the API server could not be asked for CoreDNS; run pulumi up again"
}
# look_for_dns CONFIG: sets `differs` to yes where kubeadm makes another CoreDNS of it than of what is in force: other images
# or patches.
look_for_dns() {
    local coredns before wanted
    differs=no
    look_for_coredns
    if [ -z "$coredns" ]; then return 0; fi
    wanted=$(kubeadm init phase addon coredns --config "$1" --print-manifest) ||
        refuse "kubeadm makes no CoreDNS of these settings, as the lines above say"
    # Patches of before may be gone.
    before=$(kubeadm init phase addon coredns --config "$STATE/kubeadm.yaml" --print-manifest 2>/dev/null) || before=
    if [ "$telling" = yes ] || [ "$wanted" != "$before" ]; then differs=yes; fi
}
dns_told=no
apply_dns() {
    local code
    applied=no dns_told=yes
    record "$TELLING"
    attempt reconfigure kubeadm init phase addon coredns --config "$1"
    if [ "$code" != 0 ]; then return 0; fi
    attempt reconfigure kubectl "$ADMIN" -n kube-system rollout status deployment/coredns --timeout 120s
    if [ "$code" = 0 ]; then applied=yes; fi
}
refuse() {
    local left='' coredns
    say "putting the former settings back"
    put_back
    [ "$restored" = yes ] ||
        die "$1; and not every former manifest could be put back: they are kept in $KEPT. Make room on this host's disks and run pulumi up again, which goes on from there"
    use_patches "$patches_before"
    look_for_document "$KUBELET_CONFIGURATION"
    if [ "$differs" = yes ] || [ "$patches" != "$patches_before" ]; then
        apply_kubelet "$STATE/kubeadm.yaml"
        [ "$applied" = yes ] || left='the kubelet'
    fi
    look_for_document "$KUBE_PROXY_CONFIGURATION"
    if [ "$first" = yes ] && [ "$differs" = yes ]; then
        apply_kube_proxy "$STATE/kubeadm.yaml"
        [ "$applied" = yes ] || left+="${left:+ and }kube-proxy"
    fi
    # A run that was cut off may have told it.
    if [ "$first" = yes ] && [ "$telling" = yes ]; then
        look_for_coredns
        if [ -n "$coredns" ]; then dns_told=yes; fi
    fi
    if [ "$dns_told" = yes ]; then
        apply_dns "$STATE/kubeadm.yaml"
        [ "$applied" = yes ] || left+="${left:+ and }CoreDNS"
    fi
    [ -z "$left" ] || die "$1; and the former settings of $left could not be put back; the lines above say why. Correct the configuration and run pulumi up again, which goes on from there"
    forget "$TELLING"
    die "$1; all settings are again what they were. Correct the configuration and run pulumi up again"
}
