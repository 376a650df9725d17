# shellcheck shell=bash disable=SC2153,SC2154
# Sourced by precheck.sh: containerd as its owner has set it up, where it was here before.
set -euo pipefail

# Its configuration is replaced, and given back by a reset: what is in use of it is told before.
check_containerd() {
    local text='' line unit words=() pattern from='' other=''
    if [ -r /etc/containerd/config.toml ] && [ "$ours" != yes ] && [ ! -e "$STATE/wrote/etc/containerd/config.toml" ]; then
        while IFS= read -r line; do text+=${line%%#*}$'\n'; done </etc/containerd/config.toml
        pattern='disabled_plugins[[:space:]]*=[^]]*cri"'
        if [[ $text =~ $pattern ]]; then words+=("disables cri"); fi
        pattern='SystemdCgroup[[:space:]]*=[[:space:]]*false'
        if [[ $text =~ $pattern ]]; then words+=("has SystemdCgroup false"); fi
        pattern='(^|'$'\n'')[[:space:]]*root[[:space:]]*=[[:space:]]*"([^"]*)"'
        if [[ $text =~ $pattern ]] && [ "${BASH_REMATCH[2]}" != /var/lib/containerd ]; then words+=("keeps its data in ${BASH_REMATCH[2]}"); fi
        pattern='registry\.(mirrors|configs)'
        if [[ $text =~ $pattern ]]; then words+=("has registries"); fi
        pattern='runtimes\.(nvidia|kata|gvisor|runsc|crun)'
        if [[ $text =~ $pattern ]]; then words+=("has the runtime ${BASH_REMATCH[1]}"); fi
    fi
    if [ ${#words[@]} != 0 ]; then
        line=$(printf ', %s' "${words[@]}")
        finding warning containerd "/etc/containerd/config.toml ${line#, }" "the program's own settings" \
            "nothing, if no other program needs them: pulumi up replaces the file and a destroy gives it back; registries belong into mirrors.registries"
    fi
    # What it has been started with: an empty ExecStart takes back the one before. The unit of a release archive is the
    # program's own, and what is added to it stays.
    unit=$(systemctl cat containerd 2>/dev/null) || unit=
    while IFS= read -r line; do
        case $line in
        '# /'*) from=$line ;;
        ExecStart=*)
            if [ -n "$CONTAINERD_VERSION" ] && [[ $from != *.service.d/* ]]; then continue; fi
            other='' pattern='[[:space:]](-c|--config)[[:space:]=]+([^[:space:]]+)'
            if [[ $line =~ $pattern ]]; then other=${BASH_REMATCH[2]}; fi
            ;;
        esac
    done <<<"$unit"
    if [ -n "$other" ] && [ "$other" != /etc/containerd/config.toml ]; then
        lack containerd "its unit reads $other" "/etc/containerd/config.toml, which the program writes" \
            "take --config out of the unit: systemctl edit --full containerd, then systemctl daemon-reload"
    fi
}
