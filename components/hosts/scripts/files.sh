# shellcheck shell=bash disable=SC2034,SC2153
# Sourced by lib.sh: files that are whole or not there, also when the disk is full or the power goes in between.

# put FILE MODE TEXT [MARK...]: TEXT and a line end become FILE, unless it is that already; sets `changed` to yes where it
# was not. The MARKs, of what a changed FILE asks for, such as a restart, are recorded before it changes.
# What is written stands beside FILE until it is whole, and the old FILE stays until then. What a run that was cut off
# leaves there is overwritten by the next one, and goes with take_away and give_back.
put() {
    local file=$1 mode=$2 text=$3 new wanted found mark
    shift 3
    new=$(beside "$file")
    wanted=$(sha256sum <<<"$text")
    # By this verify.sh tells whether somebody else has changed the file since.
    record "$STATE/wrote$file" "$wanted"
    if [ -f "$file" ]; then
        found=$(sha256sum <"$file")
        if [ "$found" = "$wanted" ]; then
            # One that nobody may change need not be changed.
            found=$(stat -c %a -- "$file")
            if [ "$found" != "$mode" ]; then chmod "$mode" "$file"; fi
            return 0
        fi
    fi
    mkdir -p "${file%/*}"
    rm -f "$new"
    printf '%s\n' "$text" >"$new" || unwritten "$file" "$new"
    chmod "$mode" "$new"
    for mark; do record "$mark"; done
    move_whole "$new" "$file" "$wanted"
    changed=yes
}

# beside FILE: the name under which it is written.
beside() { printf '%s/.%s.kubeadm-cluster-new' "${1%/*}" "${1##*/}"; }

unwritten() {
    rm -f "$2"
    die "$1 could not be written and is as it was; the line above says why. See: df ${1%/*}; lsattr $1"
}

# move_whole NEW FILE DIGEST: NEW becomes FILE if it holds what it should; it is on the disk before.
move_whole() {
    local found
    sync "$1" || unwritten "$2" "$1"
    found=$(sha256sum <"$1")
    if [ "$found" != "$3" ]; then
        say "$1 does not hold what was written there"
        unwritten "$2" "$1"
    fi
    mv -f "$1" "$2" || unwritten "$2" "$1"
    sync "${2%/*}"
}

# install_file SOURCE FILE [MODE]: a copy of SOURCE, such as a program, becomes FILE in the same way. Without MODE it keeps
# owner, mode and times.
install_file() {
    local source=$1 file=$2 mode=${3:-} new wanted
    new=$(beside "$file")
    wanted=$(sha256sum <"$source")
    mkdir -p "${file%/*}"
    rm -f "$new"
    cp -p -- "$source" "$new" || unwritten "$file" "$new"
    if [ -n "$mode" ]; then
        chown root:root "$new"
        chmod "$mode" "$new"
    fi
    move_whole "$new" "$file" "$wanted"
}

# record FILE [TEXT]: a mark of the program's own, set after what it marks: whole, and on the disk.
record() {
    local file=$1 text=${2:-} new found
    if [ -f "$file" ]; then
        found=$(<"$file")
        if [ "$found" = "$text" ]; then return 0; fi
    fi
    new=$(beside "$file")
    mkdir -p "${file%/*}"
    printf '%s\n' "$text" >"$new" || unwritten "$file" "$new"
    sync "$new" || unwritten "$file" "$new"
    mv -f "$new" "$file" || unwritten "$file" "$new"
    sync "${file%/*}"
}

# forget FILE...: takes marks away, before what they mark is undone.
forget() {
    local file
    for file; do
        if [ -e "$file" ]; then
            rm -f "$file"
            sync "${file%/*}"
        fi
    done
}

# keep_original FILE: what was on the host before the first change stays beside it, and is given back by reset.sh.
keep_original() {
    local file=$1 state=''
    if [ -e "$STATE/made$file" ]; then
        state=$(<"$STATE/made$file")
        # One that was cut off in giving it back has put it there already.
        if [ "$state" != "given back" ]; then return 0; fi
    fi
    if [ -e "$file" ]; then install_file "$file" "$file.before-kubeadm-cluster"; fi
    record "$STATE/made$file"
}

# give_back FILE: undoes keep_original. Cut off anywhere, it can be run again: the kept copy goes when FILE is what it was.
give_back() {
    local file=$1 kept=$1.before-kubeadm-cluster state new
    [ -e "$STATE/made$file" ] || return 0
    state=$(<"$STATE/made$file")
    if [ "$state" != "given back" ]; then
        if [ -e "$kept" ]; then install_file "$kept" "$file"; else rm -f "$file"; fi
        record "$STATE/made$file" "given back"
    fi
    new=$(beside "$file")
    rm -f "$kept" "$new"
    forget "$STATE/wrote$file" "$STATE/made$file"
}

# take_away FILE...: removes what put has written. FILE goes last: by it a run that was cut off is found.
take_away() {
    local file new
    for file; do
        forget "$STATE/wrote$file"
        new=$(beside "$file")
        rm -f "$new" "$file"
    done
}

# undo FILE: what put has written there goes; what was there before comes back where it was kept. Done once it is: what has
# been given back is not taken away by a second run.
undo() {
    local new
    if [ -e "$STATE/made$1" ]; then
        give_back "$1"
    elif [ -e "$STATE/wrote$1" ]; then
        new=$(beside "$1")
        rm -f "$new" "$1"
        forget "$STATE/wrote$1"
    fi
}
