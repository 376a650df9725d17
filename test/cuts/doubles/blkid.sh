# blkid: what is on the one device, as a file below /sim.
[ -s /sim/signature ] || exit 2
echo "TYPE=$(</sim/signature)"
