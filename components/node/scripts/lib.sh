# shellcheck shell=bash
# Sourced by every script on the host: inputs, reports, one mutation at a time.
umask 077
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
# Without it apt and dpkg ask questions that nobody answers.
export DEBIAN_FRONTEND=noninteractive

# What the program remembers on a host; reset.sh removes it last.
readonly STATE=/var/lib/kubeadm-cluster
readonly LOGS=/var/log/kubeadm-cluster
# kubectl's discovery cache would stay in root's home directory.
export KUBECACHEDIR=$STATE/kubectl-cache

say() { printf '%s\n' "$*" >&2; }

# One line: what failed, and what to do next.
die() {
    say "$(hostname): $*"
    exit 1
}

# read_inputs NAME...: sets these variables from standard input, where each stands as its name, its number of lines and
# the lines. They are never exported: the environment of a process can be read in /proc, and its children inherit it.
read_inputs() {
    local name lines line value
    while read -r name lines; do
        IFS= read -r value
        for ((; lines > 1; lines--)); do
            IFS= read -r line
            value+=$'\n'$line
        done
        [[ " $* " != *" $name "* ]] || printf -v "$name" '%s' "$value"
    done
    for name in "$@"; do
        [ -n "${!name+set}" ] || die "${0##*/}: the input $name is missing on standard input"
    done
}

# A session that broke leaves its script running: the next one waits for it instead of working beside it.
# What only looks at the host does not lock, and leaves nothing.
lock() {
    mkdir -p "$STATE" "$LOGS"
    exec 9>/run/kubeadm-cluster.lock
    flock -w 600 9 || die "another step of kubeadm-cluster has been running for 10 minutes; see: fuser -v /run/kubeadm-cluster.lock"
}

# logged NAME COMMAND...: output to a log file that only root reads; on failure its last lines and its place.
logged() {
    local log=$LOGS/$1.log
    shift
    printf '\n== %s: %s\n' "$(date -u +%FT%TZ)" "$1" >>"$log"
    # Not the lock: a daemon that is started here would keep it.
    "$@" >>"$log" 2>&1 9>&- || {
        local code=$?
        tail -n 15 "$log" >&2
        say "$(hostname): ${1##*/} failed with exit code $code; the whole log is in $log"
        return "$code"
    }
}

# put FILE MODE: standard input becomes FILE, unless it is that already. Exit code 0 = changed, 1 = was the same.
put() {
    local new digest
    mkdir -p "$(dirname "$1")"
    new=$(mktemp "$1.XXXXXX")
    cat >"$new"
    chmod "$2" "$new"
    # By this verify.sh tells whether somebody else has changed the file since.
    digest=$(sha256sum <"$new")
    mkdir -p "$STATE/wrote$(dirname "$1")"
    [ "$(cat "$STATE/wrote$1" 2>/dev/null)" = "$digest" ] || printf '%s\n' "$digest" >"$STATE/wrote$1"
    if cmp -s "$new" "$1"; then
        rm -f "$new"
        return 1
    fi
    mv "$new" "$1"
}

# Files that were on the host before are kept beside, once, and given back by reset.sh.
keep_original() {
    if [ -e "$1" ] && [ ! -e "$1.before-kubeadm-cluster" ] && [ ! -e "$STATE/made$1" ]; then
        cp -p "$1" "$1.before-kubeadm-cluster"
    fi
    mkdir -p "$STATE/made$(dirname "$1")"
    touch "$STATE/made$1"
}

# give_back FILE: undoes keep_original.
give_back() {
    [ -e "$STATE/made$1" ] || return 0
    if [ -e "$1.before-kubeadm-cluster" ]; then mv "$1.before-kubeadm-cluster" "$1"; else rm -f "$1"; fi
    rm -f "$STATE/made$1" "$STATE/wrote$1"
}

# take_away FILE...: removes what put has written.
take_away() {
    local file
    for file in "$@"; do rm -f "$file" "$STATE/wrote$file"; done
}

# Of prepare-proxy.sh: everything that names a proxy, but what has to be restarted.
remove_proxy() {
    give_back /etc/apt/apt.conf.d/95kubeadm-cluster-proxy
    give_back /etc/dnf/dnf.conf
    take_away "$STATE/proxy.env" /etc/systemd/system/{containerd,kubelet}.service.d/20-kubeadm-cluster-proxy.conf
    rmdir /etc/systemd/system/{containerd,kubelet}.service.d 2>/dev/null || true
}

# A machine that has just booted may still be running its own apt.
apt_get() { apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"; }

architecture() {
    case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) die "architecture $(uname -m) is not supported; amd64 and arm64 are" ;;
    esac
}

# Standard input: a document of kubeadm. The node's name in it.
node_name_in() { awk '/^nodeRegistration:/ { inside = 1 } inside && $1 == "name:" { gsub("\"", "", $2); name = $2; inside = 0 } END { print name }'; }
# init_document: of the control plane node that this host is, what is the node's own: the first document of kubeadm.yaml.
init_document() { sed '/^---$/,$d' "$STATE/kubeadm.yaml"; }
admin() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
# is_master NODE: kubeadm marks a node of the control plane when it is one.
is_master() { admin get node "$1" -o 'jsonpath={.metadata.labels}' 2>/dev/null | grep -q node-role.kubernetes.io/control-plane; }
# api_ready: this host's own API server answers, whichever one the endpoint leads to. kubeadm's certificates all have that name.
api_ready() {
    [ "$(admin get --raw /readyz --request-timeout 5s --server https://127.0.0.1:6443 --tls-server-name kubernetes 2>/dev/null)" = ok ]
}
# etcd_trouble: says so where this host's etcd has no quorum; kubeadm has it tell of itself at this port.
etcd_trouble() {
    local health peers
    health=$(curl -s -m 5 http://127.0.0.1:2381/health) || return 0
    [[ "$health" == *'"health":"false"'* ]] || return 0
    peers=$(curl -s -m 5 http://127.0.0.1:2381/metrics | awk '/^etcd_network_active_peers/ { all++; heard += $2 } END { print heard + 0, "of", all + 0 }')
    printf ' etcd has no quorum: it hears %s peers. Bring their hosts back, or restore a snapshot (README).' "$peers"
}

# Standard input, readable by the program alone: base64 of openssl's "Salted__" format, AES-256-CBC, PBKDF2 with SHA-256.
# A script that is to print a secret reads TRANSFER_KEY among its inputs.
seal() {
    openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -base64 -A -pass fd:3 3<<<"$TRANSFER_KEY"
}
