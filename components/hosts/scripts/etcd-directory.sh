# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by init.sh, reconfigure.sh and reset.sh, behind empty.sh: the directory of etcd's data. It may be a mount point,
# with a lost+found, and elsewhere than kubeadm has it. Only what etcd makes in it is ever removed.
set -euo pipefail

readonly ETCD_DEFAULT=/var/lib/etcd
# Says where it is; and that it was not there before.
readonly ETCD_PLACE=$STATE/etcd-data-dir ETCD_MADE=$STATE/etcd-data-made
# Lies in a directory that is not kubeadm's own: the mark goes where the directory goes, and what takes its place has none.
readonly ETCD_MARK=.kubeadm-cluster-etcd

# look_for_etcd_directory: sets `etcd_data`.
look_for_etcd_directory() {
    etcd_data=$ETCD_DEFAULT
    if [ -s "$ETCD_PLACE" ]; then etcd_data=$(<"$ETCD_PLACE"); fi
}

# mark_etcd_directory: ETCD_DATA_DIR is etcd's from now on.
mark_etcd_directory() {
    local etcd_data
    look_for_etcd_directory
    # That of a try that failed, and was corrected since.
    if [ "$etcd_data" != "$ETCD_DATA_DIR" ]; then give_etcd_directory_back; fi
    if [ "$ETCD_DATA_DIR" = "$ETCD_DEFAULT" ]; then return 0; fi
    if [ ! -e "$ETCD_DATA_DIR" ]; then record "$ETCD_MADE"; fi
    record "$ETCD_PLACE" "$ETCD_DATA_DIR"
    mkdir -p "$ETCD_DATA_DIR"
    record "$ETCD_DATA_DIR/$ETCD_MARK"
}

# take_etcd_directory DOCUMENT: before kubeadm begins with DOCUMENT. Sets the array `preflight`, flags for it: kubeadm takes
# no directory that holds anything, though lost+found and the mark are nothing to etcd.
take_etcd_directory() {
    local found
    preflight=()
    mark_etcd_directory
    if [ ! -d "$ETCD_DATA_DIR" ]; then return 0; fi
    found=$(find -H "$ETCD_DATA_DIR" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name "$ETCD_MARK" -printf '%f\n')
    # Who has this check ignored goes on with what is there.
    if [ -n "$found" ] || [[ "$1" =~ $'\n'\ *-\ (all|\"all\")($'\n'|$) ]]; then return 0; fi
    preflight=("--ignore-preflight-errors=DirAvailable-${ETCD_DATA_DIR//\//-}")
}

# remove_etcd_data: the directory stays, for it may be a mount point.
remove_etcd_data() {
    local etcd_data part
    look_for_etcd_directory
    if [ ! -d "$etcd_data" ]; then return 0; fi
    if [ "$etcd_data" != "$ETCD_DEFAULT" ] && [ ! -e "$etcd_data/$ETCD_MARK" ]; then
        say "$HOSTNAME: $etcd_data does not have this program's mark $ETCD_MARK, and is left as it is"
        return 0
    fi
    for part in member member.part; do
        empty "$etcd_data/$part"
        # It may be a mount point too.
        rmdir "$etcd_data/$part" 2>/dev/null || :
    done
}

# give_etcd_directory_back: what was not there before goes, unless others have put something there.
give_etcd_directory_back() {
    local etcd_data new
    look_for_etcd_directory
    new=$(beside "$etcd_data/$ETCD_MARK")
    rm -f "$new" "$etcd_data/$ETCD_MARK"
    if [ "$etcd_data" = "$ETCD_DEFAULT" ] || [ -e "$ETCD_MADE" ]; then rmdir "$etcd_data" 2>/dev/null || :; fi
    forget "$ETCD_MADE" "$ETCD_PLACE"
}

# data_directory_in MANIFEST: sets `living` to what etcd was started with; nothing where there is no such line.
data_directory_in() {
    local line
    living=
    while IFS= read -r line; do
        if [[ "$line" =~ ^[[:space:]]+-[[:space:]]--data-dir=([^[:space:]]+)$ ]]; then living=${BASH_REMATCH[1]}; fi
    done <"$1"
}

# refuse_other_directory MANIFEST: with another directory etcd would begin empty, and the cluster be gone.
refuse_other_directory() {
    local living
    if [ ! -e "$1" ]; then return 0; fi
    data_directory_in "$1"
    # kubeadm always names it.
    if [ -z "$living" ]; then return 0; fi
    if [ "${living%/}" = "${ETCD_DATA_DIR%/}" ]; then
        # A host of an earlier version has no mark of it yet.
        if [ ! -s "$ETCD_PLACE" ]; then mark_etcd_directory; fi
        return 0
    fi
    die "etcd's data is in $living, and etcd.local.dataDir is $ETCD_DATA_DIR: etcd would begin empty there, so nothing was changed. Put the old value back, or build the stack anew"
}
