# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by lib.sh, and part of precheck.sh, which leaves no file on a host: inputs, answers, reports.
set -euo pipefail
# Without it set -e would be off in command substitutions.
shopt -s inherit_errexit
umask 077
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
# A session that breaks off does not end its script: what it says then is lost, what it does is not.
trap '' PIPE HUP
# The program ends a step that takes too long: it says what it waited for.
trap 'die "ended from outside, its time being over, at: ${BASH_COMMAND%%$'"'"'\n'"'"'*}"' TERM

# The program limits every call. Earlier versions, whose calls are still in a state, neither did that nor wrote END.
readonly LIMITED=${STEP_SECONDS:+yes}

# What the program remembers on a host; reset.sh removes it last.
readonly STATE=/var/lib/kubeadm-cluster
readonly LOGS=/var/log/kubeadm-cluster
# The identity of the stack that this host belongs to.
readonly OWNER=$STATE/stack

say() { printf '%s\n' "$*" >&2 || :; }

# One line: what failed, and what to do next.
die() {
    say "$HOSTNAME: $*"
    exit 1
}

# answer LINE...: what the program reads of a script. Other words of a host, such as a greeting of its shell, lack the mark.
answer() { printf 'kubeadm-cluster> %s\n' "$@"; }

# read_inputs NAME...: sets these variables from standard input, where each stands as its name, its number of lines and
# the lines; END stands behind the last one, so that inputs which were cut off are seen. They are never exported: the
# environment of a process can be read in /proc, and its children inherit it.
# Every step is also told STACK_IDENTITY: a host that belongs to another stack is left as it is.
read_inputs() {
    local name='' lines line value whole=no begun=''
    STACK_IDENTITY=
    # Run by hand in a terminal, a script without inputs waits for none.
    if [ "$#" = 0 ] && [ -t 0 ]; then return 0; fi
    while read -r name lines; do
        begun=yes
        if [ "$name" = END ]; then
            whole=yes
            break
        fi
        IFS= read -r value
        for ((; lines > 1; lines--)); do
            IFS= read -r line
            value+=$'\n'$line
        done
        [[ " STACK_IDENTITY $* " != *" $name "* ]] || printf -v "$name" '%s' "$value"
    done
    # A script without inputs was given none: there is nothing that could have been cut off.
    if [ "$#" = 0 ] && [ -z "$LIMITED$begun$name" ]; then return 0; fi
    [ "$whole" = yes ] ||
        die "${0##*/}: standard input was cut off before its last line, END; nothing was changed. Run the step again; inputs that an earlier version wrote have no END: run pulumi up first, with the nodes and the storage as they were"
    for name in "$@"; do
        [ -n "${!name+set}" ] || die "${0##*/}: the input $name is missing on standard input"
    done
    refuse_other_stack "$STACK_IDENTITY"
}

# refuse_other_stack IDENTITY: two states that work on one host would undo, and lose, what the other one lives on.
refuse_other_stack() {
    local owner
    if [ -z "$1" ] || [ ! -e "$OWNER" ]; then return 0; fi
    owner=$(<"$OWNER")
    [ "$owner" = "$1" ] ||
        die "this host belongs to the stack with the identity $owner, and this stack's is $1; nothing was changed. Use that stack's state; where it is lost, take the hosts over with: pulumi config set identity $owner"
}
