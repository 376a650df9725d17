# ipset: sets are files below /sim.
mkdir -p /sim/sets
case $1 in
list) for file in /sim/sets/*; do [ ! -e "$file" ] || echo "${file##*/}"; done ;;
flush) : >"/sim/sets/$2" ;;
destroy) rm "/sim/sets/$2" ;;
esac
