# dd: the real one, but for devices, which are none.
for word; do
    case $word in of=/dev/*) exit 0 ;; esac
done
exec /usr/lib/cuts/real/dd "$@"
