# dpkg and dpkg-query: what the double of apt-get has installed.
packages=/var/lib/cuts-packages format=
case "$*" in *--configure* | *--audit*) exit 0 ;; esac
names=()
while [ $# -gt 0 ]; do
    case $1 in
    -f) format=$2 && shift ;;
    -f=* | --showformat=*) format=${1#*=} ;;
    -*) ;;
    *) names+=("$1") ;;
    esac
    shift
done
code=0
for word in "${names[@]}"; do
    if [ ! -e "$packages/$word" ]; then
        echo "dpkg-query: no packages found matching $word" >&2
        code=1
        continue
    fi
    version=$(<"$packages/$word")
    line=${format//'${db:Status-Status}'/installed}
    line=${line//'${Version}'/$version}
    line=${line//'${Package}'/$word}
    line=${line//'${binary:Package}'/$word}
    printf '%b' "$line"
done
exit "$code"
