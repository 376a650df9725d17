#!/usr/bin/env bash
# Wait until this node is Ready, once its pod network has been rolled out, and its kubelet has the certificate it serves with.
# inputs (standard input, see read_inputs):
#   NODE_NAME      name of the node
#   WAIT_SECONDS   how long it may take
#   WAIT_FOR_DNS   true = on a control plane node, wait for CoreDNS too: it comes up only where the network works
#   NODES, IMAGE, CNI_FILE, LINK, PORTS, DNS_DOMAIN, SETTINGS   on the first one, see connectivity.sh: the network is tested when all
#                  nodes are Ready. Default: nothing is tested
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"
NODES='' IMAGE='' CNI_FILE='' LINK='' PORTS='' DNS_DOMAIN='' SETTINGS=''
read_inputs NODE_NAME WAIT_SECONDS WAIT_FOR_DNS NODES IMAGE CNI_FILE LINK PORTS DNS_DOMAIN SETTINGS

# Before this step is ended from outside.
limit=$((STEP_SECONDS - 15))
deadline=$((WAIT_SECONDS < limit ? WAIT_SECONDS : limit))
restarted=no condition='' waited=no
while [ "$SECONDS" -lt "$deadline" ]; do
    condition=$(kubectl "$AS_NODE" get node --request-timeout 10s \
        -o 'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.message}{end}' -- "$NODE_NAME" 2>&1) ||
        condition="its API server could not be asked: $condition"
    if [[ "$condition" == "True "* ]]; then break; fi
    if [ "$waited" = no ]; then
        say "waiting up to $deadline s for the node $NODE_NAME to be Ready"
        waited=yes
    fi
    # containerd misses a /etc/cni/net.d that was made again behind its back; one restart cures it.
    if [ "$restarted" = no ] && [ "$SECONDS" -ge 20 ] && [[ "$condition" == *"cni plugin not initialized"* ]] &&
        compgen -G '/etc/cni/net.d/*.conf*' >/dev/null; then
        say "$NODE_NAME: containerd has not seen the network's configuration; restarting it"
        systemctl restart containerd
        restarted=yes
    fi
    sleep 1
done
[[ "$condition" == "True "* ]] || die "the node $NODE_NAME was not Ready within $deadline s: ${condition:-its kubelet says nothing of it}"
await_serving_certificate "$((deadline > SECONDS ? deadline - SECONDS : 1))"
# shellcheck disable=SC2154  # set there
[ "$serving" = there ] || die "the node $NODE_NAME is Ready, but its kubelet has no serving certificate after $deadline s; the line above says where to look"
if [ "$WAIT_FOR_DNS" != true ]; then exit 0; fi

# Who could not ask does not know that there is none.
dns=
while true; do
    if dns=$(kubectl "$ADMIN" -n kube-system get deployment coredns --request-timeout 10s --ignore-not-found -o name 2>&1); then break; fi
    [ "$SECONDS" -lt "$deadline" ] || die "the API server could not be asked for CoreDNS within $deadline s: ${dns##*$'\n'}"
    sleep 1
done
if [[ "$dns" == *deployment.apps/coredns ]]; then
    # One of its Pods: another one may just be on its way to a worker that has joined.
    kubectl "$ADMIN" -n kube-system wait --for condition=Available deployment/coredns --timeout "$((deadline > SECONDS ? deadline - SECONDS : 1))s" >/dev/null ||
        die "CoreDNS did not come up within $deadline s; see: kubectl -n kube-system describe pods -l k8s-app=kube-dns"
fi
if [ -z "$NODES" ]; then exit 0; fi
# shellcheck disable=SC2034  # read there
mode=new
# shellcheck source-path=SCRIPTDIR source=connectivity-test.sh
. "$here/connectivity-test.sh"
