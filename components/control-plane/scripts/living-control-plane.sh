# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by init.sh, whose inputs it uses: what is done where this host is a node of the control plane already.
set -euo pipefail

same_cluster() {
    local name value known before found
    known=$(<"$identity")
    while read -r name value; do
        while read -r before found; do
            # A host that took another's place need not know what the cluster began with.
            if [ "$before" = "$name" ] && [ "$found" != "$value" ]; then
                die "$name of this cluster is \"$found\" and cannot become \"$value\" on a living cluster; put the old value back, or destroy the stack and build it anew"
            fi
        done <<<"$known"
    done <<<"$CLUSTER_IDENTITY"
}

# look_whether_living: sets `living` to yes where this host's control plane came to be: its mark says so or, where a join
# was cut off before it, the cluster, which knows this machine as a node that kubeadm has made one of the control plane.
look_whether_living() {
    local machine found tries
    living=no
    if [ -e "$STATE/initialised" ]; then living=yes; fi
    if [ "$living" = yes ] || [ -z "$JOIN_CONFIGURATION" ] || [ ! -e "$identity" ] || [ ! -e /etc/kubernetes/admin.conf ]; then return 0; fi
    machine=$(</etc/machine-id)
    for ((tries = 0; tries < 10; tries++)); do
        if found=$(kubectl "$ADMIN" get nodes --request-timeout 10s -l node-role.kubernetes.io/control-plane --field-selector "metadata.name=$NODE_NAME" -o 'jsonpath={.items[*].status.nodeInfo.machineID}'); then
            if [ "$found" = "$machine" ]; then living=yes; fi
            return 0
        fi
        sleep 5
    done
    die "an earlier join of this host was cut off, and the cluster does not say whether it came to its end; nothing was changed. See the lines above; run pulumi up again when the API server answers"
}

# look_whether_taken_out: sets `taken_out` to yes where the node was taken out of the cluster and admitted again since: it
# joins anew. Whose Node somebody has deleted by hand has no token, and stays what it is.
look_whether_taken_out() {
    local found
    taken_out=no
    if [ -z "$JOIN_CONFIGURATION" ] || [ -z "$TOKEN_ID" ]; then return 0; fi
    if found=$(kubectl "$AS_NODE" get node --request-timeout 10s --ignore-not-found -o name -- "$NODE_NAME" 2>/dev/null); then
        if [ -n "$found" ]; then return 0; fi
        if found=$(kubectl "$ADMIN" -n kube-system get secret --request-timeout 10s --ignore-not-found -o name -- "bootstrap-token-$TOKEN_ID" 2>/dev/null); then
            if [ -n "$found" ]; then taken_out=yes; fi
            return 0
        fi
    fi
    taken_out=unknown
}

# await_api: until this host's API server answers and it is known whether the node was taken out.
await_api() {
    local deadline limit=$((STEP_SECONDS - SECONDS - 30))
    # A control plane that has just been restarted may need a moment.
    deadline=$((SECONDS + (limit < 120 ? limit : 120)))
    while true; do
        look_whether_taken_out
        if [ "$taken_out" = yes ]; then return 0; fi
        look_at_api
        if [ "$api" = ready ] && [ "$taken_out" = no ]; then return 0; fi
        if [ "$SECONDS" -ge "$deadline" ]; then break; fi
        sleep 2
    done
    look_at_etcd
    if [ "$api" = ready ]; then die "the API server answers here, but the cluster does not say whether $NODE_NAME is still a node of it. See: kubectl get nodes; then run pulumi up again"; fi
    die "the control plane was initialised but its API server does not answer /readyz.$trouble See: crictl ps -a, journalctl -u kubelet"
}

# return_control_plane_node: where somebody has deleted this node's Node, or what makes it one of the control plane.
return_control_plane_node() {
    local found back role=node-role.kubernetes.io/control-plane
    found=$(kubectl "$ADMIN" get nodes --request-timeout 20s -l "$role" --field-selector "metadata.name=$NODE_NAME" -o name) ||
        die "the API server could not be asked for the node $NODE_NAME; the line above says why. Run pulumi up again"
    if [ -n "$found" ]; then
        finish_registering "$ADMIN"
        return 0
    fi
    found=$(kubectl "$ADMIN" get node --request-timeout 20s --ignore-not-found -o name -- "$NODE_NAME") ||
        die "the API server could not be asked for the node $NODE_NAME; the line above says why. Run pulumi up again"
    if [ -z "$found" ]; then
        register_again "$ADMIN"
        [ "$back" = yes ] || die "the Node $NODE_NAME is gone from the cluster, and its kubelet does not register it again; see: journalctl -u kubelet. Then run pulumi up again"
    else
        finish_registering "$ADMIN"
    fi
    # Its taints are declared by a step of their own.
    kubectl "$ADMIN" label node --overwrite --request-timeout 20s "$NODE_NAME" -- "$role=" node.kubernetes.io/exclude-from-external-load-balancers= >/dev/null ||
        die "the node $NODE_NAME could not be marked as one of the control plane; the line above says why. Run pulumi up again"
}

# catch_up: a state that has not made this cluster may want other settings, or another key.
catch_up() {
    local name value inputs='' lines joined=()
    for name in NODE_NAME KUBERNETES_VERSION {CLUSTER,KUBELET,KUBE_PROXY,CERTIFICATE}_CONFIGURATION PATCHES PATCHES_DIRECTORY ETCD_DATA_DIR STACK_IDENTITY; do
        value=${!name}
        lines=${value//[!$'\n']/}
        inputs+="$name $((${#lines} + 1))"$'\n'$value$'\n'
    done
    if [[ "$mode" == *" join "* ]]; then joined=(joined); fi
    # That script waits for the lock itself.
    exec 9>&-
    printf '%sEND\n' "$inputs" | env STEP_SECONDS="$((STEP_SECONDS - SECONDS))" "$here/reconfigure.sh" "${joined[@]}" >/dev/null
}

# give_user_kubeconfig: what is there already and was not written here stays.
give_user_kubeconfig() {
    local home group file
    home=$(getent passwd "$KUBECONFIG_USER" | cut -d: -f6)
    group=$(id -gn "$KUBECONFIG_USER")
    file=$home/.kube/config
    if [ -e "$file" ] && [ ! -e "$STATE/user-kubeconfig" ]; then return 0; fi
    install -d -m 700 -o "$KUBECONFIG_USER" -g "$group" "$home/.kube"
    # Before the file: it is a secret, which reset.sh takes away.
    record "$STATE/user-kubeconfig" "$file"
    give_kubeconfig "$file" "$KUBECONFIG_USER" "$group"
}
