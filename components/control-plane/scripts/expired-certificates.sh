# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by prepare-repair.sh and renew-certificates.sh, behind certificates.sh and kept-certificates.sh: certificates that
# expired while the cluster was off. Neither etcd nor the API server is asked, nor waited for: with such certificates neither
# starts, and several nodes of a control plane need each other's.
# shellcheck source-path=SCRIPTDIR source=../../hosts/scripts/containers.sh
. "$here/containers.sh"
# shellcheck source-path=SCRIPTDIR source=../../hosts/scripts/kubelet-certificate.sh
. "$here/kubelet-certificate.sh"
set -euo pipefail

# There from before the renewal until what uses the certificates was begun anew.
readonly EXPIRED_RENEWED=$STATE/expired-renewed
# Memory: the kubelet's key is made there.
readonly KUBELET_MADE=/run/kubeadm-cluster-kubelet

# look_whether_expired FILE: sets `ended` to yes or no, and `ends`.
look_whether_expired() {
    local seconds
    look_at_end "$1"
    seconds=$(date -d "$ends" +%s)
    ended=no
    if [ "$seconds" -le "$now" ]; then ended=yes; fi
}

# look_for_expired: sets the array `expired`, and `kubelet` to whether the kubelet has no certificate that is valid. One of
# an authority is a reason to stop: nothing that it signs is accepted.
look_for_expired() {
    local file ends ended now certificate renewable authorities
    expired=() kubelet=no
    now=$(date +%s)
    look_for_certificates
    for file in "${authorities[@]}"; do
        [ -n "$file" ] || continue
        look_whether_expired "$file"
        [ "$ended" = no ] ||
            die "the cluster's own authority, $file, expired on $ends: nothing that it signs is accepted, and kubeadm cannot renew an authority. Nothing was changed. See docs/troubleshooting.md, The authority has expired"
    done
    for file in "${renewable[@]}"; do
        [ -n "$file" ] || continue
        look_whether_expired "$file"
        [ "$ended" = yes ] || continue
        if [ "$file" = "$KUBELET_CONF" ]; then kubelet=yes; else expired+=("$file"); fi
    done
    look_at_certificate
    if [ "$certificate" = expired ]; then kubelet=yes; fi
}

# data_of FIELD: of the kubeconfig that kubeadm has made for the kubelet.
data_of() { kubectl --kubeconfig="$KUBELET_MADE/kubelet.conf" config view --raw --minify -o "jsonpath={.users[0].user.$1}" | base64 -d; }

# renew_kubelet: kubeadm renews all but the kubelet's, which asks the API server by itself, as long as it can.
renew_kubelet() {
    local code certificate key new
    rm -rf "$KUBELET_MADE"
    mkdir -p "$KUBELET_MADE"
    attempt certificates kubeadm init phase kubeconfig kubelet --config "$STATE/kubeadm.yaml" --kubeconfig-dir "$KUBELET_MADE"
    if [ "$code" != 0 ]; then
        rm -rf "$KUBELET_MADE"
        die "kubeadm could not make a certificate for this node's kubelet; correct what its last lines name and run pulumi up again"
    fi
    certificate=$(data_of client-certificate-data)
    key=$(data_of client-key-data)
    [[ "$certificate" == *"BEGIN CERTIFICATE"* && "$key" == *"PRIVATE KEY"* ]] ||
        die "kubeadm made a kubeconfig for this node's kubelet that has no certificate and key; see: kubeadm init phase kubeconfig kubelet"
    record "$KUBELET_PKI/kubelet-client-renewed.pem" "$certificate"$'\n'"$key"
    new=$(beside "$KUBELET_CLIENT")
    rm -f "$new"
    ln -s kubelet-client-renewed.pem "$new"
    mv -fT "$new" "$KUBELET_CLIENT"
    sync "$KUBELET_PKI"
    code=0
    grep -qF client-certificate-data: "$KUBELET_CONF" || code=$?
    [ "$code" -le 1 ] || die "$KUBELET_CONF could not be read"
    if [ "$code" = 0 ]; then install_file "$KUBELET_MADE/kubelet.conf" "$KUBELET_CONF" 600; fi
    rm -rf "$KUBELET_MADE"
}

# begin_anew: what still runs has its former certificates in memory. The kubelet starts each again; nothing is awaited.
begin_anew() {
    local component containers container
    systemctl restart kubelet || die "the kubelet could not be restarted; see: journalctl -u kubelet. Then run pulumi up again"
    for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do
        containers=$(running "$component")
        while read -r container; do
            # One that ends by itself meanwhile is no failure.
            [ -z "$container" ] || ctr -n k8s.io tasks kill --signal SIGTERM "$container" || say "$component could not be ended; the kubelet looks after it"
        done <<<"$containers"
    done
}

renew_expired() {
    local expired kubelet names=''
    return_certificates
    look_for_expired
    if [ ${#expired[@]} -gt 0 ]; then printf -v names ' %s' "${expired[@]}"; fi
    if [ ${#expired[@]} -gt 0 ] || [ "$kubelet" = yes ]; then
        [ -e "$PKI/ca.key" ] ||
            die "certificates of this node have expired, and $PKI/ca.key is not here to renew them: ${expired[*]:-that of the kubelet}. Nothing was changed. Renew them where the authority's key is kept; see: kubeadm certs generate-csr"
        if [ "$kubelet" = yes ]; then names+=" kubelet"; fi
        say "renewing certificates that have expired:$names"
        record "$EXPIRED_RENEWED"
        # With its configuration: kubeadm would ask the API server for it, and go on with defaults.
        if [ ${#expired[@]} -gt 0 ]; then renew_by_kubeadm --config "$STATE/kubeadm.yaml"; fi
        if [ "$kubelet" = yes ]; then renew_kubelet; fi
    fi
    if [ ! -e "$EXPIRED_RENEWED" ]; then return 0; fi
    renew_user_kubeconfig
    begin_anew
    forget "$EXPIRED_RENEWED"
}
