# shellcheck shell=bash disable=SC2004,SC2034,SC2154
# Sourced by connectivity.sh: Pods of the network's own image, which every node has, and what becomes of them.
set -euo pipefail

readonly K=(kubectl "$ADMIN" -n kube-system --request-timeout 10s) LABEL=kubeadm-cluster/connectivity
# What listens in each Pod and sends back: for each of its two neighbours a port for much and one for a single byte. It ends
# a connection by itself, for not every nc ends one when it has no more to send.
# shellcheck disable=SC2016  # the Pod's shell expands it
readonly LISTEN='for port in 7001 7002; do
while true; do nc -l -p $port -e head -c 20000; done &
while true; do nc -l -p $((port + 10)) -e head -c 1; done &
done
wait'

# text_of TEXT: sets `text` to it as a text of JSON.
text_of() {
    text=${1//\\/\\\\} text=${text//\"/\\\"} text=${text//$'\t'/\\t} text=\"${text//$'\n'/\\n}\"
}

# pod NAME NODE COMMAND MORE: adds one to `pods`, as JSON. It goes to its node whatever keeps others off, and no other.
pod() {
    local text command
    text_of "$3"
    command=$text
    pods+=("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"$1\",\"namespace\":\"kube-system\",\"labels\":{\"$LABEL\":\"\"}},
\"spec\":{\"nodeName\":\"$2\",\"restartPolicy\":\"Never\",\"activeDeadlineSeconds\":300,\"terminationGracePeriodSeconds\":0,
\"automountServiceAccountToken\":false,\"tolerations\":[{\"operator\":\"Exists\"}]$4
\"image\":\"$IMAGE\",\"imagePullPolicy\":\"Never\",\"command\":[\"/bin/sh\",\"-c\",$command]}]}}")
}

# listening_pod NAME NODE: in the Pods' network, without any rights.
listening_pod() {
    pod "$1" "$2" "$LISTEN" ",\"securityContext\":{\"runAsNonRoot\":true,\"runAsUser\":65534},
\"containers\":[{\"name\":\"pod\",\"securityContext\":{\"allowPrivilegeEscalation\":false,\"capabilities\":{\"drop\":[\"ALL\"]}},"
}

# looking_pod NAME NODE PEERS: in its host's network; what it sees is its last message, which needs no way to the kubelet.
looking_pod() {
    local look
    look=$(<"$here/connectivity-look.sh")
    pod "$1" "$2" "$look" ",\"hostNetwork\":true,
\"volumes\":[{\"name\":\"cni\",\"hostPath\":{\"path\":\"/etc/cni/net.d\",\"type\":\"Directory\"}}],
\"containers\":[{\"name\":\"pod\",\"securityContext\":{\"capabilities\":{\"add\":[\"NET_ADMIN\"]}},
\"volumeMounts\":[{\"name\":\"cni\",\"mountPath\":\"/cni\",\"readOnly\":true}],
\"env\":[{\"name\":\"LOOK_ADDRESS\",\"value\":\"${address_of[$2]}\"},{\"name\":\"LOOK_PEERS\",\"value\":\"$3\"},
{\"name\":\"LOOK_PORTS\",\"value\":\"$PORTS\"},{\"name\":\"LOOK_CNI\",\"value\":\"$CNI_FILE\"},{\"name\":\"LOOK_LINK\",\"value\":\"$LINK\"},
{\"name\":\"LOOK_DIRECTORY\",\"value\":\"/cni\"}],"
}

# create_pods: those in `pods`; sets `refused` to what the API server said where it takes none of such Pods.
create_pods() {
    local said list
    printf -v list '%s,' "${pods[@]}"
    refused=
    if said=$("${K[@]}" create -f - <<<"{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[${list%,}]}" 2>&1); then return 0; fi
    said=${said%%$'\n'*}
    case $said in
    *'is forbidden'* | *'admission webhook'* | *'denied the request'* | *'is invalid'*) refused=$said ;;
    *) die "the API server did not take the Pods that test the network: $said" ;;
    esac
}

# await_pods SECONDS PHASE PREFIX: until each Pod with such a name has come to PHASE, or never will; by their nodes sets
# phase, pod_ip, and reason: why it does not start.
await_pods() {
    local limit=$((SECONDS + $1)) said name node is ip waiting why waits
    while true; do
        waits=no
        said=$("${K[@]}" get pods -l "$LABEL" -o 'jsonpath={range .items[*]}{.metadata.name}{"|"}{.spec.nodeName}{"|"}{.status.phase}{"|"}{.status.podIP}{"|"}{.status.containerStatuses[*].state.waiting.reason}{"|"}{.status.reason}{"|"}{"\n"}{end}' 2>&1) ||
            said="?$said"
        while IFS='|' read -r name node is ip waiting why _; do
            if [[ $name != "$3"-* ]]; then continue; fi
            phase[$node]=$is pod_ip[$node]=$ip reason[$node]=$waiting$why
            if [[ $is = "$2" && -n $ip || $is = Succeeded || $is = Failed ]]; then continue; fi
            case $waiting in
            ErrImage* | ImagePull* | InvalidImage* | CreateContainer*) ;;
            *) waits=yes ;;
            esac
        done <<<"$said"
        if [[ $said = '?'* ]]; then
            [ "$SECONDS" -lt "$limit" ] || die "the API server could not be asked for the Pods that test the network: ${said#?}"
        elif [ "$waits" = no ] || [ "$SECONDS" -ge "$limit" ]; then
            return 0
        fi
        sleep 0.3
    done
}

# events_of POD: sets `events` to what was said last of it.
events_of() {
    events=$("${K[@]}" get events --field-selector "involvedObject.name=$1" -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}' 2>&1) || :
    events=${events%$'\n'} events=${events##*$'\n'}
}
