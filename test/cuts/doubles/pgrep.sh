# pgrep: the processes of the static Pods are real ones; what their Pods are is looked at first.
sync_pods
exec /usr/lib/cuts/real/pgrep "$@"
