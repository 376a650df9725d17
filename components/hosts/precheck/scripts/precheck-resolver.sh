# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: what resolves names, for this host's Pods and for the host itself at its next boot.
set -euo pipefail

# servers_of FILE: sets `servers` to the nameservers there, and `loops` to those that are the asking machine itself.
servers_of() {
    local word server
    servers='' loops=''
    while read -r word server _; do
        if [ "$word" != nameserver ] || [ -z "$server" ]; then continue; fi
        servers+="${servers:+ }$server"
        case $server in 127.* | ::1 | 0.0.0.0 | ::) loops+="${loops:+ }$server" ;; esac
    done <"$1"
}

# RESOLV_CONF: the file of the configuration, none where the kubelet is to give Pods none, or empty: then kubeadm takes that
# of systemd-resolved where it runs. CoreDNS asks the servers in it: one on its own loopback is CoreDNS itself.
check_resolver() {
    local file=/etc/resolv.conf servers='' loops='' other fix found
    if [ "$RESOLV_CONF" = none ]; then return 0; fi
    if systemctl -q is-active systemd-resolved 2>/dev/null; then file=/run/systemd/resolve/resolv.conf; fi
    if [ -n "$RESOLV_CONF" ]; then file=$RESOLV_CONF; fi
    found="$file is not there"
    if [ -r "$file" ]; then
        servers_of "$file"
        if [ -n "$servers" ] && [ -z "$loops" ]; then return 0; fi
        found="$file names no server"
        if [ -n "$loops" ]; then found="nameserver ${loops// /, } in $file: in a Pod that is the Pod itself, so CoreDNS asks itself and ends"; fi
    fi
    fix="write the servers that this host's own DNS asks into a file, on every host, and set kubernetes.kubelet.resolvConf to it"
    for other in /run/systemd/resolve/resolv.conf /run/NetworkManager/no-stub-resolv.conf /run/resolvconf/resolv.conf; do
        if [ ! -r "$other" ] || [ "$other" = "$file" ]; then continue; fi
        servers_of "$other"
        if [ -n "$servers" ] && [ -z "$loops" ]; then fix="set kubernetes.kubelet.resolvConf to $other, which every host must have"; fi
    done
    case $found in
    *127.0.0.53*) if [ -e /run/systemd/resolve/stub-resolv.conf ] || [ ! -e /run/systemd/resolve ]; then fix="systemctl enable --now systemd-resolved: 127.0.0.53 is its address; or $fix"; fi ;;
    /run/systemd/resolve/*) fix="give systemd-resolved a server: DNS= in /etc/systemd/resolved.conf, then systemctl restart systemd-resolved" ;;
    /etc/resolv.conf*no\ server) fix="write a line into it: nameserver ADDRESS" ;;
    esac
    lack resolver "$found" "servers that Pods can ask" "$fix"
}

# The names that the program writes into /etc/hosts must be there after a reboot, too.
check_hosts_file() {
    local managed='' templates='' target
    if [ -L /etc/hosts ]; then
        target=$(readlink -f /etc/hosts) || target=nowhere
        finding warning "hosts file" "/etc/hosts is a link to $target" "a file of its own: whoever made the link may make it again, without the cluster's names" \
            "cp --remove-destination $target /etc/hosts, and switch off what makes it"
    fi
    look_at_cloud_init
    if [ "$managed" != yes ]; then return 0; fi
    if [ -n "$templates" ]; then
        finding warning "hosts file" "cloud-init writes /etc/hosts at every boot (manage_etc_hosts)" "the cluster's names after a reboot" \
            "pulumi up adds them to ${templates% }, too; or set manage_etc_hosts to false, where cloud-init has it from"
    else
        lack "hosts file" "cloud-init writes /etc/hosts at every boot (manage_etc_hosts), and its template is not in /etc/cloud/templates" "the cluster's names after a reboot" \
            "set manage_etc_hosts to false, where cloud-init has it from"
    fi
}
