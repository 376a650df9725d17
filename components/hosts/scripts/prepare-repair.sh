# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh, behind its other parts, where a repair is asked for: certificates that expired while the host was off.
# Nothing here asks the API server: it may be what cannot start.
set -euo pipefail

# Only nodes of the control plane have these scripts.
if [ -e "$STATE/initialised" ]; then
    for part in certificates kept-certificates expired-certificates; do
        # shellcheck source=/dev/null
        . "$here/$part.sh"
    done
    renew_expired
fi

# One that the kubelet has made for itself: it makes another where there is none, and keeps what has expired.
own=/var/lib/kubelet/pki/kubelet.crt
if [ -e "$own" ]; then
    ends=$(openssl x509 -noout -enddate -in "$own") || die "no certificate could be read of $own; remove it and kubelet.key beside it, and restart the kubelet"
    ends=$(date -d "${ends#notAfter=}" +%s)
    now=$(date +%s)
    if [ "$ends" -le "$now" ]; then
        say "$NODE_NAME: the kubelet's own serving certificate has expired, and it makes another one"
        record "$STATE/restart-kubelet"
        rm -f "${own%.crt}.key"
        rm -f "$own"
    fi
fi
if [ -e "$STATE/restart-kubelet" ]; then
    systemctl try-restart kubelet || die "the kubelet does not start again; see: journalctl -u kubelet"
    forget "$STATE/restart-kubelet"
fi
