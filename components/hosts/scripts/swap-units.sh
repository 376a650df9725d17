# shellcheck shell=bash disable=SC2034
# Sourced by prepare-kernel.sh, and part of precheck.sh: units that switch swap on at boot. Those of /etc/fstab go with its lines.
set -euo pipefail

# look_at_swap_units: sets `units` to those that systemd starts at boot: swap units, and services of zram and alike.
look_at_swap_units() {
    local directory link name target
    units=()
    for directory in /etc/systemd/system /run/systemd/generator /run/systemd/generator.early /run/systemd/generator.late /usr/lib/systemd/system; do
        for link in "$directory"/*.wants/* "$directory"/*.requires/*; do
            name=${link##*/}
            case $name in *.swap | *zram*.service | *swap*.service) ;; *) continue ;; esac
            if [ ! -L "$link" ] && [ ! -e "$link" ]; then continue; fi
            target=
            if [ -L "/etc/systemd/system/$name" ]; then target=$(readlink "/etc/systemd/system/$name"); fi
            if [ "$target" = /dev/null ]; then continue; fi
            if [[ $name == *.swap ]] && grep -qs '^SourcePath=/etc/fstab' "$directory/$name"; then continue; fi
            if [[ " ${units[*]} " != *" $name "* ]]; then units+=("$name"); fi
        done
    done
}
