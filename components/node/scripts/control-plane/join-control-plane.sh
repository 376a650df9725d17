# shellcheck shell=bash disable=SC2154
# Sourced by init.sh, whose inputs it uses: this host joins a control plane that lives.
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-members.sh
. "$here/etcd-members.sh"

# leave: what this host is in a cluster goes, so that kubeadm can begin anew. etcd refuses a member that comes back without
# its data, so the others forget it before.
leave() {
    if [ -n "$JOIN_CONFIGURATION" ] && [ -e "$PKI_ETCD/healthcheck-client.key" ]; then
        ETCD_ENDPOINTS=$(for address in $OTHER_MASTERS; do printf 'https://%s:2379,' "$address"; done)
        ETCD_ENDPOINTS=${ETCD_ENDPOINTS%,}
        mount_etcd_programs "$ETCD_MANIFEST"
        remove_member "$node"
        unmount_etcd_programs
    fi
    logged reset kubeadm reset -f
    rm -rf /var/lib/etcd
}

join_control_plane() {
    local attempt
    # Token and key are in it: memory only, and gone with this script.
    config=$(mktemp /run/kubeadm-cluster-join.XXXXXX)
    trap 'rm -f "$config"; unmount_etcd_programs' EXIT
    printf '%s' "$JOIN_CONFIGURATION" >"$config"
    say "kubeadm join of the control plane"
    for attempt in 1 2 3; do
        if logged join kubeadm join --config "$config" 2>"$LOGS/join-attempt"; then return 0; fi
        leave
        trap 'rm -f "$config"; unmount_etcd_programs' EXIT
        sleep $((attempt * 5))
    done
    cat "$LOGS/join-attempt" >&2
    kubelet_trouble
    die "kubeadm join failed $attempt times; correct what the lines above name and run pulumi up again"
}
