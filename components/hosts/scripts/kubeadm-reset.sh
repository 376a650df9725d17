# shellcheck shell=bash
# Sourced by init.sh, join.sh and reset.sh: what kubeadm has written goes, and what its owner has put beside it stays.
set -euo pipefail

# What kubeadm writes below /etc/kubernetes, directories last; a test compares it with what kubeadm makes.
readonly KUBEADM_FILES=({admin,super-admin,kubelet,bootstrap-kubelet,controller-manager,scheduler}.conf
    manifests/{etcd,kube-apiserver,kube-controller-manager,kube-scheduler}.yaml
    pki/{ca,apiserver,apiserver-kubelet-client,apiserver-etcd-client,front-proxy-ca,front-proxy-client}.{crt,key} pki/sa.{key,pub}
    pki/etcd/{ca,server,peer,healthcheck-client}.{crt,key})
readonly KUBEADM_DIRECTORIES=(pki/etcd pki manifests tmp)
# What the kubelet reads in its directory and never writes: credentials of registries, profiles of seccomp.
readonly KUBELET_OWNERS=(config.json .dockercfg seccomp)
# Beside them, where a rename does it; what a run that was cut off has left there the next one gives back.
readonly ASIDE=/etc/kubernetes/kept-by-kubeadm-cluster

# set_aside: kubeadm empties these directories; what others have put there is out of its way meanwhile.
set_aside() {
    local directory names name known
    printf -v known '%s\n' "${KUBEADM_FILES[@]}" "${KUBEADM_DIRECTORIES[@]}"
    for directory in pki/etcd pki manifests; do
        if [ ! -d "/etc/kubernetes/$directory" ]; then continue; fi
        names=$(find "/etc/kubernetes/$directory" -mindepth 1 -maxdepth 1 ! -name '.*.kubeadm-cluster-new' -printf '%f\n')
        while IFS= read -r name; do
            if [ -z "$name" ] || [[ $'\n'$known == *$'\n'"$directory/$name"$'\n'* ]]; then continue; fi
            put_aside "/etc/kubernetes/$directory/$name" "$directory"
        done <<<"$names"
    done
    for name in "${KUBELET_OWNERS[@]}"; do put_aside "/var/lib/kubelet/$name" kubelet; done
}

# put_aside FILE PLACE
put_aside() {
    if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
    mkdir -p "$ASIDE/$2"
    mv -fT -- "$1" "$ASIDE/$2/${1##*/}"
    sync "$ASIDE/$2"
}

# return_aside: all of it is again where it was.
return_aside() {
    local directory names name to
    if [ ! -d "$ASIDE" ]; then return 0; fi
    for directory in pki/etcd pki manifests kubelet; do
        if [ ! -d "$ASIDE/$directory" ]; then continue; fi
        to=/etc/kubernetes/$directory
        if [ "$directory" = kubelet ]; then to=/var/lib/kubelet; fi
        names=$(find "$ASIDE/$directory" -mindepth 1 -maxdepth 1 -printf '%f\n')
        mkdir -p "$to"
        while IFS= read -r name; do
            if [ -n "$name" ]; then mv -fT -- "$ASIDE/$directory/$name" "$to/$name"; fi
        done <<<"$names"
        sync "$to"
        rmdir "$ASIDE/$directory"
    done
    rmdir "$ASIDE"
}

# remove_kubeadm_files: what kubeadm reset leaves, or was not there to take away.
remove_kubeadm_files() {
    local file directory
    for file in "${KUBEADM_FILES[@]}"; do rm -f "/etc/kubernetes/$file"; done
    for directory in "${KUBEADM_DIRECTORIES[@]}"; do
        if [ ! -d "/etc/kubernetes/$directory" ]; then continue; fi
        find "/etc/kubernetes/$directory" -mindepth 1 -maxdepth 1 \( -name '.*.kubeadm-cluster-new' -o -path '*/tmp/kubeadm-*' \) -exec rm -rf -- {} +
    done
}

# remove_kubeadm_directories: those in which others have nothing, and which nobody has mounted.
remove_kubeadm_directories() {
    local directory
    for directory in "${KUBEADM_DIRECTORIES[@]}" .; do rmdir "/etc/kubernetes/${directory#.}" 2>/dev/null || :; done
}

# run_kubeadm_reset MESSAGE SECONDS: ends with MESSAGE where kubeadm fails. It would empty etcd's directory, with lost+found;
# on a worker, too, whatever is in /var/lib/etcd there.
run_kubeadm_reset() { must reset "$1" timeout -k 5 "$2" kubeadm reset -f --skip-phases=remove-etcd-member; }

# reset_kubeadm MESSAGE SECONDS: the same, so that kubeadm can begin anew here.
reset_kubeadm() {
    set_aside
    run_kubeadm_reset "$1" "$2"
    return_aside
}
