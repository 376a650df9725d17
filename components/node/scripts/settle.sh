#!/usr/bin/env bash
# Wait until this node is Ready, once its pod network has been rolled out, and its kubelet has the certificate it serves with.
# inputs (standard input, see read_inputs):
#   NODE_NAME      name of the node
#   WAIT_SECONDS   how long it may take
#   WAIT_FOR_DNS   true = on a control plane node, wait for CoreDNS too: it comes up only where the network works
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
read_inputs NODE_NAME WAIT_SECONDS WAIT_FOR_DNS

ready_condition() {
    kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node "$NODE_NAME" \
        -o 'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.message}{end}' 2>&1
}

restarted=false
deadline=$((SECONDS + WAIT_SECONDS))
while [ "$SECONDS" -lt "$deadline" ]; do
    condition=$(ready_condition || true)
    [[ "$condition" != "True "* ]] || break
    # containerd misses a /etc/cni/net.d that was made again behind its back; one restart cures it.
    if ! $restarted && [ "$SECONDS" -ge 20 ] && [[ "$condition" == *"cni plugin not initialized"* ]] &&
        compgen -G '/etc/cni/net.d/*.conf*' >/dev/null; then
        say "$NODE_NAME: containerd has not seen the network's configuration; restarting it"
        systemctl restart containerd
        restarted=true
    fi
    sleep 1
done
[[ "$condition" == "True "* ]] || die "the node $NODE_NAME was not Ready within $WAIT_SECONDS s: $condition"
remaining() { echo "$((deadline > SECONDS ? deadline - SECONDS : 1))"; }
await_serving_certificate "$(remaining)" || exit 1

if [ "$WAIT_FOR_DNS" = true ] && admin -n kube-system get deployment coredns >/dev/null 2>&1; then
    # One of its Pods: another one may just be on its way to a worker that has joined.
    admin -n kube-system wait --for condition=Available deployment/coredns --timeout "$(remaining)s" >/dev/null ||
        die "CoreDNS did not come up within $WAIT_SECONDS s; see: kubectl -n kube-system describe pods -l k8s-app=kube-dns"
fi
