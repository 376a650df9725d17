# shellcheck shell=bash
# BASH_ENV of every script in the root: counts the commands it runs, in functions, subshells and child scripts, and cuts at
# the one that the plan names. A script's own clock goes on with what it has slept.
read -r __cut_at __cut_how </sim/cut/plan || :
__cut_clock=0
__cut() {
    local IFS=$' \t\n' __cut_n='' __cut_now=''
    # bash -s has no file.
    local __cut_from=${BASH_SOURCE[1]:-stdin}
    printf . >>/sim/cut/count
    read -r __cut_now </sim/cut/clock || :
    if [[ "$__cut_now" == +([0-9]) && "$__cut_now" != "$__cut_clock" ]]; then
        SECONDS=$((SECONDS + __cut_now / 1000 - __cut_clock / 1000))
        __cut_clock=$__cut_now
    fi
    case $__cut_how in
    record) printf '%s:%s %s\n' "${__cut_from##*/}" "${BASH_LINENO[0]}" "${BASH_COMMAND%%$'\n'*}" >>/sim/cut/commands ;;
    kill | fill)
        read -r __cut_n </sim/cut/count || :
        if [ "${#__cut_n}" -ge "$__cut_at" ] && [ ! -e /sim/cut/done ]; then
            : >/sim/cut/done
            printf '%s:%s %s\n' "${__cut_from##*/}" "${BASH_LINENO[0]}" "${BASH_COMMAND%%$'\n'*}" >>/sim/cut/commands
            if [ "$__cut_how" = fill ]; then
                /usr/lib/cuts/real/dd if=/dev/zero of=/sim/ballast/full bs=64k 2>/dev/null || :
            else
                kill -KILL -1
                kill -KILL "$BASHPID"
            fi
        fi
        ;;
    esac
    return 0
}
set -T
trap __cut DEBUG
