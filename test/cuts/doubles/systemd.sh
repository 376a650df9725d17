# systemd-run: the unit is there and runs; what it does is a script with situations of its own.
unit=
while [ $# -gt 0 ]; do
    case $1 in
    --unit) unit=$2 && shift ;;
    --unit=*) unit=${1#*=} ;;
    --property | -p) shift ;;
    -*) ;;
    *) break ;;
    esac
    shift
done
mkdir -p /sim/units/transient /sim/units/active
if [ -e "/sim/units/active/$unit" ]; then
    echo "Failed to start transient service unit: Unit $unit.service was already loaded or has a fragment file." >&2
    exit 1
fi
: >"/sim/units/active/$unit"
printf '%s\n' "$*" >"/sim/units/transient/$unit"
