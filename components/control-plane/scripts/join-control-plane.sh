# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by init.sh, whose inputs it uses: this host joins a control plane that lives.
# shellcheck source-path=SCRIPTDIR source=etcd-programs.sh
. "$here/etcd-programs.sh"
# shellcheck source-path=SCRIPTDIR source=etcd-members.sh
. "$here/etcd-members.sh"
set -euo pipefail

# Token and key are in it: memory only, and gone with this script, or with the next one.
readonly JOIN_DOCUMENT=/run/kubeadm-cluster-join.yaml

# leave: what this host is in a cluster goes, so that kubeadm can begin anew. etcd refuses a member that comes back without
# its data, so the others forget it before.
leave() {
    local address urls=''
    rm -f "$JOIN_DOCUMENT"
    if [ -n "$JOIN_CONFIGURATION" ] && [ -e "$PKI_ETCD/healthcheck-client.key" ]; then
        for address in $OTHER_MASTERS; do urls+=${urls:+,}https://$address:2379; done
        ETCD_ENDPOINTS=$urls
        mount_etcd_programs
        remove_member "$NODE_NAME"
        unmount_etcd_programs
    fi
    reset_kubeadm "what this host was before could not be cleaned up; run pulumi up again" "$((STEP_SECONDS - SECONDS - LAST_WORDS))"
    remove_etcd_data
}

join_control_plane() {
    local attempts code document
    for attempts in 1 2 3; do
        trap 'rm -f "$JOIN_DOCUMENT"; unmount_etcd_programs' EXIT
        rm -f "$JOIN_DOCUMENT"
        patched_document "${JOIN_CONFIGURATION%$'\n'}" "$patches"
        printf '%s\n' "$document" >"$JOIN_DOCUMENT"
        say "kubeadm join of the control plane"
        attempt join kubeadm join --config "$JOIN_DOCUMENT" "${preflight[@]}"
        rm -f "$JOIN_DOCUMENT"
        if [ "$code" = 0 ]; then return 0; fi
        if [ "$attempts" = 3 ] || [ "$SECONDS" -gt $((STEP_SECONDS - 300)) ]; then break; fi
        leave
        sleep $((attempts * 5))
    done
    kubelet_trouble
    look_for_patches ''
    die "kubeadm join failed $attempts times$named; correct what the lines above name and run pulumi up again"
}
