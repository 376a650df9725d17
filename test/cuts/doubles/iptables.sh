# iptables and its -save and -restore: the rules of each back end, as a file below /sim.
case $name in
iptables | ip6tables) echo "iptables v1.8.9 (nf_tables)" ;;
*-save) [ ! -e "/sim/rules-${name%-save}" ] || cat "/sim/rules-${name%-save}" ;;
*-restore) cat >"/sim/rules-${name%-restore}.new" && mv "/sim/rules-${name%-restore}.new" "/sim/rules-${name%-restore}" ;;
esac
