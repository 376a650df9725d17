# shellcheck shell=bash
# Sourced by every script on the host, whose directory is $here: one mutation at a time, logs, and what they share.
# shellcheck source-path=SCRIPTDIR source=inputs.sh
. "${BASH_SOURCE[0]%/*}/inputs.sh"
# shellcheck source-path=SCRIPTDIR source=files.sh
. "${BASH_SOURCE[0]%/*}/files.sh"
# A bash before 5.1 keeps here-documents, secrets among them, in a file: in memory then. Its children are not told.
declare +x TMPDIR=/run
# Without it apt and dpkg ask questions that nobody answers.
export DEBIAN_FRONTEND=noninteractive
# kubectl's discovery cache would stay in root's home directory.
export KUBECACHEDIR=$STATE/kubectl-cache
# Arguments of kubectl: as the cluster's administrator, on a control plane node; as this host's own node.
# shellcheck disable=SC2034  # scripts that source this one read them
readonly ADMIN=--kubeconfig=/etc/kubernetes/admin.conf AS_NODE=--kubeconfig=/etc/kubernetes/kubelet.conf

# STEP_SECONDS: after which this step is ended from outside (see RemoteScript); by hand, 10 minutes.
readonly STEP_SECONDS=${STEP_SECONDS:-600}

# A session that broke leaves its script running: the next one waits for it instead of working beside it, and says for
# whom before its own time is over. What only looks at the host does not lock, and leaves nothing.
lock() {
    local limit=$((STEP_SECONDS - SECONDS - 15)) holder
    mkdir -p "$STATE" "$LOGS"
    exec 9>>/run/kubeadm-cluster.lock
    flock -w "$((limit > 5 ? limit : 5))" 9 || {
        holder=$(tail -n 1 /run/kubeadm-cluster.lock)
        die "another step of kubeadm-cluster still runs here: ${holder:-unknown}. Run this one again when it has ended; see: fuser -v /run/kubeadm-cluster.lock"
    }
    # /run is memory: a full disk does not stop it.
    printf '%s, process %s, since %(%FT%TZ)T\n' "${0##*/}" "$$" -1 >/run/kubeadm-cluster.lock
}

# What a step has left at its end to say why it failed: the last lines of logs, and what the kubelet says.
readonly LAST_WORDS=45
# time_left: sets `seconds` to what an outside program may take, so that this step ends before it is ended from outside.
time_left() {
    seconds=$((STEP_SECONDS - SECONDS - LAST_WORDS))
    if [ "$seconds" -lt 5 ]; then seconds=5; fi
}

# attempt LOG COMMAND...: sets `code` to the exit code of an outside program, whose output goes to a log that only root
# reads. On failure the log's last lines and its place are said. It has the time that is left; with `timeout -k SECONDS
# LIMIT` before it, it has less.
attempt() {
    local log=$LOGS/$1.log kind name seconds
    shift
    time_left
    if [ "$1" = timeout ]; then
        if [ "$4" -lt "$seconds" ]; then seconds=$4; fi
        set -- "${@:5}"
    fi
    name=${1##*/}
    # A function would go on behind a failure in here.
    kind=$(type -t "$1") || kind=unknown
    [ "$kind" = file ] || die "$1 is no program on this host; see PATH=$PATH"
    printf '\n== %(%FT%TZ)T: %s\n' -1 "$name" >>"$log" || :
    code=0
    # Not the lock: a daemon that is started here would keep it.
    timeout -k 5 "$seconds" "$@" >>"$log" 2>&1 9>&- || code=$?
    if [ "$code" = 0 ]; then return 0; fi
    tail -n 15 "$log" >&2 || :
    # These are the codes of timeout.
    if [ "$code" = 124 ] || [ "$code" = 137 ]; then
        say "$HOSTNAME: $name did not come to its end within $seconds s and was ended; the whole log is in $log"
    else
        say "$HOSTNAME: $name failed with exit code $code; the whole log is in $log"
    fi
}

# must LOG MESSAGE COMMAND...: as attempt; ends the script with MESSAGE where the command fails.
must() {
    local log=$1 message=$2 code
    shift 2
    attempt "$log" "$@"
    [ "$code" = 0 ] || die "$message"
}

# A machine that has just booted may still be running its own apt.
# shellcheck disable=SC2034  # scripts that source this one read it
readonly APT_GET=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)

architecture() {
    local machine
    machine=$(uname -m)
    case $machine in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) die "architecture $machine is not supported; amd64 and arm64 are" ;;
    esac
}

# Standard input, readable by the program alone: base64 of openssl's "Salted__" format, AES-256-CBC, PBKDF2 with SHA-256.
# A script that is to print a secret reads TRANSFER_KEY among its inputs.
seal() {
    openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -base64 -A -pass fd:3 3<<<"$TRANSFER_KEY"
}
