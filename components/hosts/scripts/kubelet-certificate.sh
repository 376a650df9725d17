# shellcheck shell=bash disable=SC2034
# Sourced by join.sh and expired-certificates.sh: the client certificate by which this host's kubelet is its node. No API
# server is needed to look at it.
set -euo pipefail

readonly KUBELET_PKI=/var/lib/kubelet/pki KUBELET_CONF=/etc/kubernetes/kubelet.conf
# What every kubelet of kubeadm's reads, a link to the one of today.
readonly KUBELET_CLIENT=$KUBELET_PKI/kubelet-client-current.pem

# look_at_certificate: sets `certificate` to expired where this host's kubelet can be nobody any more, since the one that it
# had has ended or is gone; else to valid, or to unknown.
look_at_certificate() {
    local ends now code=0
    certificate=unknown
    if [ ! -e "$KUBELET_CONF" ]; then return 0; fi
    if [ ! -e "$KUBELET_CLIENT" ]; then
        grep -qF "client-certificate: $KUBELET_CLIENT" "$KUBELET_CONF" || code=$?
        [ "$code" -le 1 ] || die "$KUBELET_CONF could not be read"
        if [ "$code" = 0 ]; then certificate=expired; fi
        return 0
    fi
    ends=$(openssl x509 -noout -enddate -in "$KUBELET_CLIENT" 2>/dev/null) || return 0
    ends=$(date -d "${ends#notAfter=}" +%s)
    now=$(date +%s)
    certificate=valid
    if [ "$ends" -le "$now" ]; then certificate=expired; fi
}
