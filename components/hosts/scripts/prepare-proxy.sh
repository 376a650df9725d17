# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh, before anything is downloaded: the proxy for package manager, downloads, containerd and kubelet.
# kubeadm is not told of it: it would copy the variables into the manifests of the control plane, which dials the cluster
# alone. systemd reads them from a file, since anybody may ask it for the variables of a unit.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=proxy.sh
. "$here/proxy.sh"

proxy_env=$STATE/proxy.env
apt_conf=/etc/apt/apt.conf.d/95kubeadm-cluster-proxy
dnf_conf=/etc/dnf/dnf.conf

# Their users who are not root cannot read what holds a password; without one, nothing is in their way.
mode=644
[[ "$HTTP_PROXY_URL$HTTPS_PROXY_URL" != *@* ]] || mode=600

apt_settings() {
    local host hosts
    [ -z "$HTTP_PROXY_URL" ] || printf 'Acquire::http::Proxy "%s";\n' "$HTTP_PROXY_URL"
    [ -z "$HTTPS_PROXY_URL" ] || printf 'Acquire::https::Proxy "%s";\n' "$HTTPS_PROXY_URL"
    # apt knows exceptions for whole host names only.
    IFS=, read -r -a hosts <<<"$NO_PROXY_LIST"
    for host in "${hosts[@]}"; do
        [[ "$host" == */* || "$host" == .* || "$host" == *:* || "$host" == *\** ]] ||
            printf 'Acquire::http::Proxy::%s "DIRECT";\nAcquire::https::Proxy::%s "DIRECT";\n' "$host" "$host"
    done
}

dnf_settings() {
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        printf '%s\n' "$line"
        [ "$line" != '[main]' ] || printf 'proxy=%s\n' "${HTTPS_PROXY_URL:-$HTTP_PROXY_URL}"
    done <"$1"
}

environment() {
    local name
    for name in HTTP_PROXY http_proxy; do [ -z "$HTTP_PROXY_URL" ] || printf '%s="%s"\n' "$name" "$HTTP_PROXY_URL"; done
    for name in HTTPS_PROXY https_proxy; do [ -z "$HTTPS_PROXY_URL" ] || printf '%s="%s"\n' "$name" "$HTTPS_PROXY_URL"; done
    for name in NO_PROXY no_proxy; do printf '%s="%s"\n' "$name" "$NO_PROXY_LIST"; done
}

# What was changed is remembered: a run that ends before the restarts leaves them to the next one.
restarts=("$STATE/restart-containerd" "$STATE/restart-kubelet")
drop_ins=(/etc/systemd/system/{containerd,kubelet}.service.d/20-kubeadm-cluster-proxy.conf)

if [ -n "$HTTP_PROXY_URL$HTTPS_PROXY_URL" ]; then
    if [ -d /etc/apt/apt.conf.d ]; then
        keep_original "$apt_conf"
        text=$(apt_settings)
        put "$apt_conf" "$mode" "$text"
    fi
    if [ -e "$dnf_conf" ]; then
        keep_original "$dnf_conf"
        text=$(dnf_settings "$dnf_conf.before-kubeadm-cluster")
        put "$dnf_conf" "$mode" "$text"
    fi
    text=$(environment)
    put "$proxy_env" 600 "$text" "${restarts[@]}"
    for file in "${drop_ins[@]}"; do
        put "$file" 644 "[Service]"$'\n'"EnvironmentFile=-$proxy_env" "${restarts[@]}"
        chmod 755 "${file%/*}"
    done
elif [ -e "$proxy_env" ] || [ -e "${drop_ins[0]}" ] || [ -e "${drop_ins[1]}" ]; then
    for file in "${restarts[@]}"; do record "$file"; done
    remove_proxy
fi
if [ -e "${restarts[0]}" ]; then systemctl daemon-reload; fi
