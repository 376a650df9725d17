# ip: links, routes and addresses, as files below /sim.
case "$*" in
*"address show"* | *"addr show"*) echo "1: lo    inet 10.0.0.11/24 scope global lo" ;;
*"link show"*) n=1 && for file in /sim/links/*; do [ ! -e "$file" ] || echo "$((n++)): ${file##*/}: <BROADCAST> mtu 1500"; done ;;
*"link delete"* | *"link del"*) rm "/sim/links/${*: -1}" ;;
*"route show"*) [ ! -e /sim/routes ] || cat /sim/routes ;;
*"route del"*) { grep -vF -- "${*: -1} " /sim/routes >/sim/routes.new || :; } && mv /sim/routes.new /sim/routes ;;
esac
exit 0
