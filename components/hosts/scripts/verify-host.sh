# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by verify.sh: what a reboot, a package manager or somebody may have changed on this host beside the files that were
# written, and certificates that have ended. It changes nothing.
set -euo pipefail

# Lines of /etc/hosts that prepare.sh has written there.
if [ -e "$STATE/hosts-lines" ]; then
    here_now=
    if [ -e /etc/hosts ]; then here_now=$(</etc/hosts); fi
    while IFS= read -r line; do
        if [[ $'\n'$here_now$'\n' != *$'\n'"$line"$'\n'* ]]; then expect "names in /etc/hosts" "not there" "${line%' # kubeadm-cluster'}"; fi
    done <"$STATE/hosts-lines"
fi

# A containerd of the distribution moves with the distribution.
if [ -e "$STATE/containerd-version" ]; then
    wanted=$(<"$STATE/containerd-version")
    found=$(/usr/local/bin/containerd --version 2>/dev/null) || found="no answer of containerd --version"
    if [[ " $found " != *" v${wanted% *} "* ]]; then expect "version of containerd" "$found" "v${wanted% *}"; fi
fi
# On a host that was prepared; they may be a package's.
if [ -e "$STATE/prepare-inputs" ]; then plugins=(loopback bridge host-local portmap); else plugins=(); fi
for plugin in "${plugins[@]}"; do
    if [ ! -x "/opt/cni/bin/$plugin" ]; then expect "file /opt/cni/bin/$plugin" missing there; fi
done

# The first line names the columns. A kubelet that may not run with swap ends at its next start.
swaps=()
if [ -e /proc/swaps ]; then mapfile -t swaps </proc/swaps; fi
if [ ${#swaps[@]} -gt 1 ] && [ -e /var/lib/kubelet/config.yaml ]; then
    code=0
    grep -qx 'failSwapOn: false' /var/lib/kubelet/config.yaml || code=$?
    [ "$code" -le 1 ] || die "/var/lib/kubelet/config.yaml could not be read"
    if [ "$code" = 1 ]; then expect swap "on, ${swaps[1]%%[[:space:]]*}" off; fi
fi

# expect_valid WHAT FILE: the certificate in a file, or in a kubeconfig where certificate_in can read one.
expect_valid() {
    local certificate ends seconds now
    if [[ "$2" == *.conf ]]; then certificate=$(certificate_in "$2"); else certificate=$(cat "$2"); fi
    if ! ends=$(openssl x509 -noout -enddate <<<"$certificate" 2>/dev/null); then
        expect "certificate $1" "not readable" valid
        return 0
    fi
    seconds=$(date -d "${ends#notAfter=}" +%s)
    now=$(date +%s)
    ends=$(date -u -d "@$seconds" +%FT%TZ)
    if [ "$seconds" -le "$now" ]; then expect "certificate $1" "expired on $ends" valid; fi
}
for name in kubelet-client-current kubelet-server-current; do
    file=/var/lib/kubelet/pki/$name.pem
    if [ -e "$file" ]; then expect_valid "${name%-current}" "$file"; fi
done
if [ -e "$STATE/initialised" ]; then
    # shellcheck source=/dev/null
    . "$here/certificates.sh"
    look_for_certificates
    # kubectl is asked for those in kubeconfigs, and needs no API server for it.
    for file in "${authorities[@]}" "${renewable[@]}"; do
        name=${file#"$PKI/"}
        if [ -n "$file" ]; then expect_valid "${name##*/kubernetes/}" "$file"; fi
    done
fi
