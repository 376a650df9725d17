# head: the real one, but for devices, which are none and hold nothing.
for word; do
    case $word in /dev/sd*) exit 0 ;; esac
done
exec /usr/lib/cuts/real/head "$@"
