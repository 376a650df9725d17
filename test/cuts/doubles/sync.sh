# sync: the real one, but for devices, which are none.
for word; do
    case $word in /dev/*) exit 0 ;; esac
done
exec /usr/lib/cuts/real/sync "$@"
