#!/bin/sh
# Run in a Pod by connectivity.sh, in the network's own image: what this Pod reaches.
# usage: connectivity-ask.sh SECONDS DNS_ADDRESS DNS_NAME [PEER ADDRESS PORT]...   "-" as DNS_ADDRESS = there is none
# output: lines, their parts apart by tabs: pod PEER whole|small|none; dns yes|no; api yes|no; and last: end
set -eu

# Several packets, each as large as the network takes: TCP sends them with DF set.
WHOLE=20000
limit=$1 dns=$2 name=$3
shift 3
now=$(date +%s)
deadline=$((now + limit))

# go_on: sets `go` to no when the time is over.
go_on() {
    now=$(date +%s)
    if [ "$now" -ge "$deadline" ]; then go=no; else sleep 0.2; fi
}

# echoed ADDRESS PORT BYTES: how many of them came back.
echoed() { head -c "$3" /dev/zero | timeout 3 nc "$1" "$2" 2>/dev/null | wc -c; }

ask_pod() {
    came=0 go=yes
    while [ "$came" -ne "$WHOLE" ] && [ "$go" = yes ]; do
        came=$(echoed "$2" "$3" "$WHOLE")
        if [ "$came" -ne "$WHOLE" ]; then go_on; fi
    done
    seen=whole
    if [ "$came" -ne "$WHOLE" ]; then
        came=$(echoed "$2" "$(($3 + 10))" 1)
        seen=none
        if [ "$came" -eq 1 ]; then seen=small; fi
    fi
    printf 'pod\t%s\t%s\n' "$1" "$seen"
}

ask_dns() {
    go=yes seen=no
    while [ "$seen" = no ] && [ "$go" = yes ]; do
        # Its exit code tells of the IPv6 address, too, which there is none of.
        said=$(timeout 3 nslookup "$name" "$dns" 2>/dev/null) || :
        case $said in
        *Name:*"$KUBERNETES_SERVICE_HOST"*) seen=yes ;;
        *) go_on ;;
        esac
    done
    printf 'dns\t%s\n' "$seen"
}

ask_api() {
    go=yes seen=no
    while [ "$seen" = no ] && [ "$go" = yes ]; do
        # It answers a request without TLS by a refusal, and ends the connection.
        said=$(printf 'GET / HTTP/1.0\r\n\r\n' | timeout 3 nc "$KUBERNETES_SERVICE_HOST" "$KUBERNETES_SERVICE_PORT" 2>/dev/null | head -c 4)
        if [ "$said" = HTTP ]; then seen=yes; else go_on; fi
    done
    printf 'api\t%s\n' "$seen"
}

while [ "$#" -ge 3 ]; do
    ask_pod "$1" "$2" "$3" &
    shift 3
done
if [ "$dns" != - ]; then ask_dns & fi
ask_api &
wait
echo end
