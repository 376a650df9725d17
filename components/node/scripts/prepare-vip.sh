# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh, on nodes of a control plane with a virtual address: keepalived gives it to one whose API server
# is ready. The unit and the files are the program's own, so a keepalived of somebody else's is not touched.
# inputs:
#   VIP_ADDRESS                    the address; empty = there is none, or no more
#   VIP_INTERFACE                  network interface that takes it; empty = the one with NODE_IP
#   VIP_ROUTER_ID, VIP_PRIORITY    VRRP's numbers of the address and of this node
#   VIP_PEERS                      addresses of the other nodes, apart by spaces
#   VIP_PASSWORD                   what they know each other by. Secret.
# shellcheck source-path=SCRIPTDIR source=vip.sh
. "$here/vip.sh"

# Alone there is nobody to speak to, and keepalived refuses an empty list.
unicast() {
    [ -z "$VIP_PEERS" ] || printf '    unicast_src_ip %s\n    unicast_peer {\n        %s\n    }\n' "$NODE_IP" "${VIP_PEERS// /$'\n'        }"
}
keepalived_settings() {
    cat <<CONF
global_defs {
    router_id $NODE_NAME
    script_user root
    enable_script_security
}
vrrp_script api_server {
    script "$(command -v curl) -sfk -m 3 -o /dev/null https://127.0.0.1:6443/readyz"
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
$(unicast)
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
    [ -n "$VIP_INTERFACE" ] ||
        VIP_INTERFACE=$(ip -o -4 address show | awk -v own="$NODE_IP" 'index($4, own "/") == 1 { print $2; exit }')
    [ -e "/sys/class/net/${VIP_INTERFACE:-none}" ] ||
        die "there is no network interface ${VIP_INTERFACE:-with the address $NODE_IP}; name the one for $VIP_ADDRESS in kubernetes.vip.interface"
    mkdir -p "${VIP_CONFIG%/*}"
    if put "$VIP_UNIT_FILE" 644 <<UNIT
[Unit]
Description=Virtual address of the Kubernetes API server
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=$(command -v keepalived) --dont-fork --log-console --vrrp --use-file=$VIP_CONFIG --pid=/run/$VIP_UNIT.pid --vrrp_pid=/run/$VIP_UNIT-vrrp.pid
ExecReload=/bin/kill -HUP \$MAINPID
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
UNIT
    then systemctl daemon-reload; fi
    # A run that ends before the reload leaves it to the next one.
    unread=${VIP_CONFIG%/*}/unread
    if keepalived_settings | put "$VIP_CONFIG" 600; then touch "$unread"; fi
    if [ -e "$unread" ] || ! systemctl -q is-active "$VIP_UNIT"; then
        keepalived --config-test --use-file="$VIP_CONFIG" >"$LOGS/vip.log" 2>&1 ||
            { tail -n 5 "$LOGS/vip.log" >&2 && die "keepalived refuses its settings for $VIP_ADDRESS (kubernetes.vip)"; }
        systemctl -q enable "$VIP_UNIT"
        # One that runs keeps the address while it reads its settings.
        systemctl reload-or-restart "$VIP_UNIT" || die "keepalived does not start; see: journalctl -u $VIP_UNIT"
        rm -f "$unread"
    fi
fi
