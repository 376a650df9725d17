# nft: tables are files below /sim.
[ "$1 $2" != "list tables" ] || for file in /sim/tables/*; do [ ! -e "$file" ] || echo "table ${file##*/}" | tr . ' '; done
[ "$1 $2" != "delete table" ] || rm "/sim/tables/$3.$4" 2>/dev/null || { echo "Error: No such file or directory" >&2 && exit 1; }
exit 0
