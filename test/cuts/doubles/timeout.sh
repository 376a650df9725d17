# timeout: what hangs below it waits by the step's own clock.
while [[ "${1:-}" == -* ]]; do
    [ "$1" != -k ] || shift
    shift
done
export CUTS_LIMIT=${1%s}
shift
exec "$@"
