# kubeadm: writes what the real one writes where the scripts look for it. A configuration is known by digests of its parts.
set -eo pipefail
kubernetes=/etc/kubernetes pki=/usr/lib/cuts/pki
config=
for ((at = 1; at <= $#; at++)); do
    case ${!at} in
    --config) next=$((at + 1)) && config=${!next} ;;
    --config=*) config=${!at#*=} ;;
    esac
done
refuse() { printf '%s\n' "error: $*" >&2 && exit 1; }
if [ -n "$config" ] && [ ! -s "$config" ]; then refuse "couldn't read $config"; fi
# part NAME: a block at the top level of the configuration.
part() { awk -v name="$1:" '/^[^ ]/ { inside = ($1 == name) } inside' "$config"; }
write() { # write FILE, whole or not at all
    mkdir -p "${1%/*}" || exit 1
    cat >"$1" || refuse "couldn't write $1"
}
manifest() {
    local component=$1 digest extra=
    digest=$(case $component in
        kube-apiserver) part apiServer ;;
        kube-controller-manager) part controllerManager ;;
        kube-scheduler) part scheduler ;;
        etcd) part etcd ;;
    esac | md5sum)
    if [ "$component" = kube-apiserver ] && grep -q encryption-provider-config "$config"; then extra=$'\n    - --encryption-provider-config=/etc/kubernetes/encryption.yaml'; fi
    if [ "$component" = etcd ]; then
        extra=$'\n    - --name=host-1\n    - --initial-advertise-peer-urls=https://10.0.0.11:2380\n    - --initial-cluster=host-1=https://10.0.0.11:2380\n    - --data-dir=/var/lib/etcd'
    fi
    printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: %s\nspec:\n  containers:\n  - command:\n    - %s\n    - --settings=%s%s\n    image: registry.k8s.io/%s:%s\n' \
        "$component" "$component" "${digest%% *}" "$extra" "$component" "$(if [ "$component" = etcd ]; then echo 3.5.16-0; else echo "$version"; fi)"
}
all_manifests() {
    local component
    for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do manifest "$component" | write "$1/$component.yaml"; done
}
certificates() {
    mkdir -p "$kubernetes/pki" && cp -r "$pki/made/." "$kubernetes/pki/" || refuse "couldn't write certificates"
}
kubeconfig() { sed "s|CERTIFICATE|$(base64 -w 0 "$pki/made/apiserver-kubelet-client.crt")|" "$pki/kubeconfig" | write "$kubernetes/$1"; }
kubelet_settings() { awk -v RS='---\n' '/(^|\n)kind: KubeletConfiguration/' "$config"; }
preflight() {
    local file
    for file in "$@"; do
        [ ! -e "$file" ] || refuse "[preflight] Some fatal errors occurred: [ERROR FileAvailable]: $file already exists"
    done
}
add_images() {
    printf 'registry.k8s.io/%s\n' pause:3.10 etcd:3.5.16-0 "kube-apiserver:$version" >>/sim/images
    sort -u -o /sim/images /sim/images
}
node_named() { awk '/^nodeRegistration:/ { inside = 1 } inside && $1 == "name:" { gsub("\"", "", $2); print $2; exit }' "$config"; }
local_store() { printf local >/sim/place; }

case "$*" in
version*) echo "$version" ;;
"config images list"*) printf 'registry.k8s.io/%s\n' pause:3.10 etcd:3.5.16-0 ;;
"config validate"*) ! grep -q REFUSED "$config" || refuse "unknown field REFUSED" ;;
"config migrate"*) cat "$config" ;;
"init --config"*)
    preflight "$kubernetes/admin.conf" "$kubernetes/kubelet.conf" "$kubernetes"/manifests/*.yaml
    [ -z "$(ls -A /var/lib/etcd 2>/dev/null)" ] || refuse "[preflight] Some fatal errors occurred: [ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty"
    certificates
    for file in admin.conf super-admin.conf controller-manager.conf scheduler.conf kubelet.conf; do kubeconfig "$file"; done
    kubelet_settings | write /var/lib/kubelet/config.yaml
    echo 'KUBELET_KUBEADM_ARGS=""' | write /var/lib/kubelet/kubeadm-flags.env
    all_manifests "$kubernetes/manifests"
    mkdir -p /var/lib/etcd/member/store
    local_store
    add_images
    : >/sim/units/active/kubelet
    sync_pods
    /usr/lib/cuts/kubectl.pl node-joins "$(node_named)" "$version" control-plane
    kubelet_settings | /usr/lib/cuts/kubectl.pl configmap kubelet-config kubelet
    /usr/lib/cuts/kubectl.pl configmap kubeadm-config ClusterConfiguration <"$config"
    ;;
"join --config"*)
    preflight "$kubernetes/kubelet.conf" "$kubernetes/pki/ca.crt" "$kubernetes"/manifests/*.yaml
    token=$(sed -n 's/^ *\(token\|tlsBootstrapToken\): *"\{0,1\}\([a-z0-9]*\)\..*/\2/p' "$config" | head -n 1)
    /usr/lib/cuts/kubectl.pl has-token "$token" || refuse "couldn't validate the identity of the API Server: token id \"$token\" is invalid for this cluster or it has expired"
    if grep -q '^controlPlane:' "$config"; then
        certificates
        for file in admin.conf controller-manager.conf scheduler.conf; do kubeconfig "$file"; done
        mkdir -p /var/lib/etcd/member/store
        : >/sim/etcd-member
        all_manifests "$kubernetes/manifests"
        sed -i 's|^    - --initial-cluster=.*|    - --initial-cluster=other=https://10.0.0.10:2380,host-1=https://10.0.0.11:2380\n    - --initial-cluster-state=existing|' "$kubernetes/manifests/etcd.yaml"
        echo 'etcd_network_active_peers{Remote="a"} 1' >/sim/etcd-peers
        role=control-plane
    else
        mkdir -p "$kubernetes/pki" && cp "$pki/made/ca.crt" "$kubernetes/pki/ca.crt"
        role=worker
    fi
    kubeconfig kubelet.conf
    /usr/lib/cuts/kubectl.pl configmap-data kubelet-config kubelet | write /var/lib/kubelet/config.yaml
    echo 'KUBELET_KUBEADM_ARGS=""' | write /var/lib/kubelet/kubeadm-flags.env
    add_images
    : >/sim/units/active/kubelet
    sync_pods
    /usr/lib/cuts/kubectl.pl node-joins "$(node_named)" "$version" "$role"
    ;;
reset*)
    rm -f /sim/units/active/kubelet
    for file in /sim/pods/*; do
        [ ! -f "$file" ] || { read -r pid _ <"$file" && kill -KILL "$pid" 2>/dev/null || :; }
    done
    rm -rf /sim/pods /sim/etcd-member /sim/etcd-peers
    # A node of the control plane that can, leaves etcd.
    rm -rf "$kubernetes"/manifests/* "$kubernetes"/pki "$kubernetes"/*.conf /var/lib/etcd/* /var/lib/kubelet/*
    ;;
"init phase control-plane all"*--dry-run* | "init phase etcd local"*--dry-run*)
    for component in etcd kube-apiserver kube-controller-manager kube-scheduler; do
        if [ "$2 $3" = "phase etcd" ]; then [ "$component" = etcd ] || continue; else [ "$component" != etcd ] || continue; fi
        manifest "$component" | write "$KUBEADM_INIT_DRYRUN_DIR/$component.yaml"
    done
    ;;
"init phase certs apiserver"*)
    directory=$(awk '$1 == "certificatesDir:" { print $2 }' "$config")
    from=made
    ! grep -q extra.example.org "$config" || from=other
    cp "$pki/$from/apiserver.crt" "$pki/$from/apiserver.key" "${directory:-$kubernetes/pki}/" || refuse "couldn't write"
    ;;
"init phase upload-config kubelet"*) kubelet_settings | /usr/lib/cuts/kubectl.pl configmap kubelet-config kubelet || refuse "cannot reach the API server" ;;
"init phase upload-config kubeadm"*) /usr/lib/cuts/kubectl.pl configmap kubeadm-config ClusterConfiguration <"$config" || refuse "cannot reach the API server" ;;
"init phase addon"*) echo proxy | /usr/lib/cuts/kubectl.pl configmap kube-proxy config || refuse "cannot reach the API server" ;;
"init phase upload-certs"*) /usr/lib/cuts/kubectl.pl certificates-secret || refuse "cannot reach the API server" ;;
"upgrade node phase kubelet-config"*)
    /usr/lib/cuts/kubectl.pl configmap-data kubelet-config kubelet >/sim/kubelet-settings || refuse "cannot reach the API server"
    mkdir -p "$kubernetes/tmp/kubeadm-kubelet-config1234" && cp /var/lib/kubelet/config.yaml "$kubernetes/tmp/kubeadm-kubelet-config1234/"
    write /var/lib/kubelet/config.yaml </sim/kubelet-settings
    ;;
"upgrade plan"*) /usr/lib/cuts/kubectl.pl configmap-data kubelet-config kubelet >/dev/null || refuse "cannot reach the API server" ;;
"upgrade apply"* | "upgrade node"*)
    /usr/lib/cuts/kubectl.pl configmap-data kubelet-config kubelet >/sim/kubelet-settings || refuse "cannot reach the API server"
    for file in "$kubernetes"/manifests/kube-*.yaml; do
        [ ! -e "$file" ] || sed -i "s|^\( *image: .*\):v[0-9.]*$|\1:$version|" "$file"
    done
    write /var/lib/kubelet/config.yaml </sim/kubelet-settings
    sync_pods
    ;;
"certs renew all"*)
    cp "$pki/renewed/"*.crt "$kubernetes/pki/" && cp "$pki/renewed/etcd/"*.crt "$kubernetes/pki/etcd/" || refuse "couldn't write"
    for file in "$kubernetes"/*.conf; do
        if grep -q client-certificate-data "$file"; then
            sed "s|CERTIFICATE|$(base64 -w 0 "$pki/renewed/apiserver-kubelet-client.crt")|" "$pki/kubeconfig" >"$file.new" && mv "$file.new" "$file"
        fi
    done
    ;;
*) refuse "double of kubeadm: unknown: $*" ;;
esac
exit 0
