# shellcheck shell=bash disable=SC2153
# Sourced by reset.sh: the parts of it, each of which can be cut off anywhere and run again.
set -euo pipefail

# remembered NAME: what a mark of that name says; nothing where there is none.
remembered() { if [ -e "$STATE/$1" ]; then cat "$STATE/$1"; fi; }

leave_cluster() {
    local unit ids id
    set_aside
    # Whoever removed it by hand need not bring it back.
    if command -v kubeadm >/dev/null; then
        say "kubeadm reset"
        run_kubeadm_reset "kubeadm reset failed; correct what its last lines name and run it again" "$((STEP_SECONDS - SECONDS - LAST_WORDS))"
    else
        say "$HOSTNAME: kubeadm is not here any more; the node is taken down without it"
        stop_unit kubelet
        look_at_unit containerd
        if [ "$unit" = active ]; then
            ids=$(ctr -n k8s.io tasks list -q) ||
                die "containerd does not say what runs here; see: systemctl status containerd. Run this again when it answers, or after: systemctl stop containerd"
            for id in $ids; do ctr -n k8s.io tasks delete -f "$id" >/dev/null || :; done
        fi
    fi
    # A kubelet that runs would make its files anew.
    stop_unit kubelet
}

remove_user_kubeconfig() {
    local file
    file=$(remembered user-kubeconfig)
    if [ -n "$file" ]; then rm -f -- "$file" "${file%/*}/.${file##*/}.kubeadm-cluster-new"; fi
    forget "$STATE/user-kubeconfig"
}

remove_registries() {
    local registries registry
    registries=$(remembered mirrored-registries)
    while IFS= read -r registry; do
        case $registry in
        '' | . | .. | */*) ;;
        *)
            undo "/etc/containerd/certs.d/$registry/hosts.toml"
            # Certificates there are the owner's.
            rmdir "/etc/containerd/certs.d/$registry" 2>/dev/null || :
            ;;
        esac
    done <<<"$registries"
    rmdir /etc/containerd/certs.d 2>/dev/null || :
}

# Each file that a script made or changed, back to what it was.
give_all_back() {
    local files file
    if [ ! -d "$STATE/made" ]; then return 0; fi
    files=$(find "$STATE/made" -type f ! -name '.*.kubeadm-cluster-new' -printf '/%P\n')
    while IFS= read -r file; do
        if [ -n "$file" ]; then give_back "$file"; fi
    done <<<"$files"
}

# rewrite FILE EXPRESSION: FILE becomes what sed makes of it, whole, with its owner, its mode, and its last line as it was.
rewrite() {
    local new=/run/kubeadm-cluster-reset-file
    rm -f "$new"
    cp -p -- "$1" "$new"
    sed -e "$2" -- "$1" >"$new" || die "$1 could not be read; it is as it was"
    install_file "$new" "$1"
    rm -f "$new"
}

restore_swap() {
    local table=
    if [ -e /etc/fstab ]; then table=$(</etc/fstab); fi
    if [[ $'\n'$table == *$'\n# kubeadm-cluster: '* ]]; then
        record "$STATE/swap-off"
        rewrite /etc/fstab 's/^# kubeadm-cluster: //'
    fi
    if [ ! -e "$STATE/swap-off" ]; then return 0; fi
    swapon -a || say "$HOSTNAME: swap could not be switched on again; see swapon -a"
    forget "$STATE/swap-off"
}

# Where cloud-init writes /etc/hosts, its template has the names, too.
restore_hosts() {
    local file hosts
    for file in /etc/cloud/templates/hosts.*.tmpl /etc/hosts; do
        if [ ! -f "$file" ]; then continue; fi
        hosts=$(<"$file")
        if [[ $hosts$'\n' == *$'# kubeadm-cluster\n'* ]]; then rewrite "$file" '/# kubeadm-cluster$/d'; fi
        hosts=$(beside "$file")
        rm -f "$hosts"
    done
}

# What steps that were ended from outside have left: tokens, certificates, copies, what was being written.
remove_left_overs() {
    local place copies copy
    for place in /run/kubeadm-cluster-*; do
        unmount_below "$place"
        if mountpoint -q "$place"; then umount -- "$place" || umount -l -- "$place" || die "$place could not be unmounted"; fi
        rm -rf --one-file-system -- "$place"
    done
    for place in /etc /usr/local/bin /usr/local/sbin /usr/share/keyrings; do
        if [ ! -d "$place" ]; then continue; fi
        find "$place" -xdev -type f \( -name '.*.kubeadm-cluster-new' -o -name '95kubeadm-cluster-proxy.??????' \
            -o -name '20-kubeadm-cluster-proxy.conf.??????' \) -delete
        # One that says nothing else than its file was made before a change that never came. Another is kept: nobody knows why.
        copies=$(find "$place" -xdev -type f -name '*.before-kubeadm-cluster')
        while IFS= read -r copy; do
            if [ -n "$copy" ] && cmp -s "$copy" "${copy%.before-kubeadm-cluster}"; then rm -f "$copy"; fi
        done <<<"$copies"
    done
}
