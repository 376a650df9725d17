# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh, on nodes of a control plane with a virtual address: keepalived gives it to one whose API server
# is ready. The unit and the files are the program's own, so a keepalived of somebody else's is not touched.
# inputs:
#   VIP_ADDRESS                    the address; empty = there is none, or no more
#   VIP_INTERFACE                  network interface that takes it; empty = the one with NODE_IP
#   VIP_ROUTER_ID, VIP_PRIORITY    VRRP's numbers of the address and of this node
#   VIP_PEERS                      addresses of the other nodes, apart by spaces
#   VIP_PASSWORD                   what they know each other by. Secret.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=vip.sh
. "$here/vip.sh"

# Alone there is nobody to speak to, and keepalived refuses an empty list.
unicast=
if [ -n "$VIP_PEERS" ]; then
    unicast="    unicast_src_ip $NODE_IP
    unicast_peer {
        ${VIP_PEERS// /$'\n'        }
    }"
fi
keepalived_settings() {
    cat <<CONF
global_defs {
    router_id $NODE_NAME
    script_user root
    enable_script_security
}
vrrp_script api_server {
    script "$curl -sfk -m 3 -o /dev/null https://127.0.0.1:6443/readyz"
    interval 1
    timeout 4
    fall 2
    rise 1
    init_fail
}
vrrp_instance control_plane {
    # Whoever has it keeps it until its API server fails: each move cuts connections.
    state BACKUP
    nopreempt
    interface $VIP_INTERFACE
    virtual_router_id $VIP_ROUTER_ID
    priority $VIP_PRIORITY
    advert_int 1
$unicast
    authentication {
        auth_type PASS
        auth_pass $VIP_PASSWORD
    }
    virtual_ipaddress {
        $VIP_ADDRESS/32 dev $VIP_INTERFACE
    }
    track_script {
        api_server
    }
}
CONF
}

if [ -z "$VIP_ADDRESS" ]; then
    remove_vip
else
    curl=$(command -v curl)
    keepalived=$(command -v keepalived)
    if [ -z "$VIP_INTERFACE" ]; then
        links=$(ip -o -4 address show)
        VIP_INTERFACE=$(awk -v own="$NODE_IP" 'index($4, own "/") == 1 { print $2; exit }' <<<"$links")
    fi
    [ -e "/sys/class/net/${VIP_INTERFACE:-none}" ] ||
        die "there is no network interface ${VIP_INTERFACE:-with the address $NODE_IP}; name the one for $VIP_ADDRESS in kubernetes.vip.interface"
    # A run that ends before the reload leaves it to the next one.
    unread=${VIP_CONFIG%/*}/unread
    put "$VIP_UNIT_FILE" 644 "[Unit]
Description=Virtual address of the Kubernetes API server
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=$keepalived --dont-fork --log-console --vrrp --use-file=$VIP_CONFIG --pid=/run/$VIP_UNIT.pid --vrrp_pid=/run/$VIP_UNIT-vrrp.pid
ExecReload=/bin/kill -HUP \$MAINPID
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target" "$unread"
    settings=$(keepalived_settings)
    put "$VIP_CONFIG" 600 "$settings" "$unread"
    if [ -e "$unread" ] || ! systemctl -q is-active "$VIP_UNIT"; then
        must vip "keepalived refuses its settings for $VIP_ADDRESS (kubernetes.vip)" keepalived --config-test --use-file="$VIP_CONFIG"
        systemctl daemon-reload
        systemctl -q enable "$VIP_UNIT"
        # One that runs keeps the address while it reads its settings.
        systemctl reload-or-restart "$VIP_UNIT" || die "keepalived does not start; see: journalctl -u $VIP_UNIT"
        forget "$unread"
    fi
fi
