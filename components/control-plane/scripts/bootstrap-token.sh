# shellcheck shell=bash disable=SC2154
# Sourced by admit.sh: the token by which one node may join.
set -euo pipefail

# kubeadm's own group lets its tokens make any node: the controller manager approves a client certificate for whatever name
# is asked for. This group has the same rights but that one, and admission.sh approves for the node that was admitted.
readonly GROUP=system:bootstrappers:kubeadm-cluster

# binding KIND ROLE_KIND ROLE: sets `document` to a binding of the role to the group.
binding() {
    local place=''
    if [ "$1" = RoleBinding ]; then place=', namespace: kube-system'; fi
    document="---
apiVersion: rbac.authorization.k8s.io/v1
kind: $1
metadata: {name: \"kubeadm-cluster:${3#*:}\"$place}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: $2, name: \"$3\"}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: \"$GROUP\"}]
"
}

# let_join: the token is valid for 15 minutes from now.
let_join() {
    local document documents='' role expiration code limit=$((STEP_SECONDS - 25))
    for role in system:node-bootstrapper kubeadm:get-nodes; do
        binding ClusterRoleBinding ClusterRole "$role"
        documents+=$document
    done
    # What kubeadm join reads. Some of these roles are only made when there is something to read.
    for role in kubeadm:kubelet-config kubeadm:nodes-kubeadm-config kubeadm:kubeadm-certs kube-proxy; do
        binding RoleBinding Role "$role"
        documents+=$document
    done
    while true; do
        expiration=$(date -u -d '+15 minutes' +%FT%TZ)
        code=0
        # Server-side: a client-side apply would keep the token in an annotation besides.
        printf '%s' "$documents---
apiVersion: v1
kind: Secret
type: bootstrap.kubernetes.io/token
metadata: {name: bootstrap-token-$TOKEN_ID, namespace: kube-system}
stringData:
  description: Admission of the node $node by kubeadm-cluster
  token-id: \"$TOKEN_ID\"
  token-secret: \"$TOKEN_SECRET\"
  expiration: \"$expiration\"
  usage-bootstrap-authentication: \"true\"
  usage-bootstrap-signing: \"true\"
  auth-extra-groups: $GROUP
" | kubectl "$ADMIN" apply --server-side --force-conflicts --field-manager kubeadm-cluster --request-timeout 20s -f - >/dev/null || code=$?
        if [ "$code" = 0 ]; then return 0; fi
        [ "$SECONDS" -lt "$limit" ] ||
            die "the API server does not take the token of $node; the lines above say why. Nothing has joined; run pulumi up again"
        sleep 2
    done
}
