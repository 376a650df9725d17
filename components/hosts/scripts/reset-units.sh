# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by reset.sh: units that this program has switched on are switched off, and containerd is emptied or given back.
set -euo pipefail

# look_at_unit UNIT: sets `unit` to active, to off, or to missing, as what is masked is. It fails where systemd does not say.
look_at_unit() {
    local said
    said=$(systemctl show --property=LoadState --property=ActiveState "$1.service") || said=
    case $'\n'$said$'\n' in
    *$'\nLoadState=not-found\n'* | *$'\nLoadState=masked\nActiveState=inactive\n'*) unit=missing ;;
    *$'\nActiveState=inactive\n'* | *$'\nActiveState=failed\n'*) unit=off ;;
    *$'\nActiveState='*) unit=active ;;
    *) die "systemd does not say what the unit $1 does; see: systemctl status $1. Run this again" ;;
    esac
}

# stop_unit UNIT
stop_unit() {
    local unit
    look_at_unit "$1"
    if [ "$unit" = active ]; then
        must reset "$1 could not be stopped; see: systemctl status $1. Run this again when it has ended" systemctl stop "$1"
    fi
}

# switch_off UNIT: it ends, and does not start with the host.
switch_off() {
    local unit
    look_at_unit "$1"
    if [ "$unit" = missing ]; then return 0; fi
    must reset "$1 could not be switched off, and would start with this host; see: systemctl status $1. Run this again" \
        systemctl -q disable --now "$1"
}

# What is left of them goes with the runtime, or is of use to whoever runs it next.
remove_images() {
    local unit images image tries code
    look_at_unit containerd
    if [ "$unit" != active ]; then
        say "$HOSTNAME: containerd does not run here, so its images stay; see: ctr -n k8s.io images list"
        return 0
    fi
    # A name can go with another one, and is not found then.
    for ((tries = 0; tries < 3; tries++)); do
        images=$(timeout -k 5 60 ctr -n k8s.io images list -q 2>>"$LOGS/reset.log") ||
            die "containerd does not say which images it has; see $LOGS/reset.log; systemctl status containerd. Run this again when it answers, or after: systemctl stop containerd"
        if [ -z "$images" ]; then return 0; fi
        if [ "$tries" = 2 ]; then break; fi
        while IFS= read -r image; do attempt reset timeout -k 5 60 ctr -n k8s.io images remove "$image"; done <<<"$images"
    done
    die "containerd does not let its images go; see: ctr -n k8s.io images list. Run this again, or after: systemctl stop containerd"
}

# A containerd that this program has brought stops before its files go.
remove_containerd_archive() {
    if [ ! -e "$STATE/containerd-version" ]; then return 0; fi
    switch_off containerd
    if [ -e "$STATE/containerd-data" ]; then
        empty /var/lib/containerd
        forget "$STATE/containerd-data"
    fi
    give_back /etc/systemd/system/containerd.service
}

# After all its files are what they were: a distribution's own, that the archive's has hidden, runs again.
start_containerd() {
    local directory unit
    look_at_unit containerd
    if [ -e "$STATE/containerd-version" ]; then
        for directory in /opt/containerd/bin /opt/containerd/lib /opt/containerd /etc/containerd; do rmdir "$directory" 2>/dev/null || :; done
        if [ "$unit" != missing ]; then
            must reset "this host's own containerd could not be switched on again; see: journalctl -u containerd. Run this again" \
                systemctl -q enable --now containerd
        fi
        forget "$STATE/containerd-version"
    fi
    if [ "$unit" = active ]; then
        must reset "containerd could not be started again with the settings of before; see: journalctl -u containerd. Run this again" \
            systemctl restart containerd
    fi
}

# Units that switch swap on at boot, as they were. One that does not start now does at the next boot.
give_swap_units_back() {
    local verb unit noted code
    if [ ! -e "$STATE/swap-units" ]; then return 0; fi
    noted=$(<"$STATE/swap-units")
    while read -r verb unit; do
        case $verb in
        mask) must reset "$unit could not be unmasked; see: systemctl status $unit. Run this again" systemctl -q unmask -- "$unit" ;;
        disable) must reset "$unit could not be enabled again; see: systemctl status $unit. Run this again" systemctl -q enable -- "$unit" ;;
        esac
    done <<<"$noted"
    systemctl daemon-reload
    while read -r verb unit; do
        if [ -z "$unit" ]; then continue; fi
        attempt reset systemctl start -- "$unit"
    done <<<"$noted"
    forget "$STATE/swap-units"
}
