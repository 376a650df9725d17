# sleep: the step's own clock goes on; little of it passes outside. Past the step's end it is ended, as by the program.
seconds=${1%s}
whole=${seconds%.*} part=000
[[ "$seconds" != *.* ]] || part=${seconds#*.}000
elapse $((${whole:-0} * 1000 + 10#${part:0:3}))
read -r now </sim/cut/clock
read -r limit </sim/cut/limit
if [ "$now" -gt "$limit" ]; then
    echo hung >/sim/cut/hung
    kill -ALRM "$(</sim/cut/timeout)"
    exec /usr/lib/cuts/real/sleep 60
fi
# The kubelet goes on meanwhile.
sync_pods
exec /usr/lib/cuts/real/sleep 0.005
