# shellcheck shell=bash disable=SC2034
# Sourced by scripts that approve certificates of kubelets: which requests wait, and what each of them is, byte by byte.
# A request is not read: what an honest kubelet sends is built anew of the record and the request's key, and compared.
# Two programs may read one request in two ways, and the one that signs it is Go's, not OpenSSL.
set -euo pipefail

# What one who asks may have waiting. It asks with one request at a time.
readonly REQUESTS_EACH=5

# look_at_requests SIGNER: sets `pending` to lines NAME UID USERNAME USAGES REQUEST, apart by tabs, of those that nobody has
# decided, the youngest first, `excess` to names beyond REQUESTS_EACH of who asked, and `answered` to yes; to no where the
# API server could not be asked.
look_at_requests() {
    local fields template found sorted
    # Who asks chooses much of these texts: %q leaves neither tabs nor line ends in them.
    fields='{{.metadata.creationTimestamp}}{{"\t"}}{{.metadata.name}}{{"\t"}}{{.metadata.uid}}{{"\t"}}{{printf "%q" .spec.username}}{{"\t"}}{{range .spec.usages}}{{printf "%q" .}},{{end}}{{"\t"}}{{printf "%.4000s" .spec.request}}{{"\n"}}'
    template="{{range .items}}{{if not .status.conditions}}$fields{{end}}{{end}}"
    answered=yes pending='' excess=''
    found=$(kubectl "$ADMIN" get certificatesigningrequests --request-timeout 20s \
        --field-selector "spec.signerName=kubernetes.io/$1" -o "go-template=$template" 2>/dev/null) || answered=no
    if [ "$answered" = no ]; then return 0; fi
    sorted=$(sort -r <<<"$found")
    pending=$(awk -F'\t' -v each="$REQUESTS_EACH" 'NF == 6 && ++asked[$4] <= each { sub(/^[^\t]*\t/, ""); print }' <<<"$sorted")
    excess=$(awk -F'\t' -v each="$REQUESTS_EACH" 'NF == 6 && ++asked[$4] > each { print $2 }' <<<"$sorted")
}

# drop_excess: takes the oldest of too many away, some hundreds at a time. One that was honest is asked for again.
drop_excess() {
    local names
    [ -n "$excess" ] || return 0
    mapfile -t -n 200 names <<<"$excess"
    say "<4>requests taken away, since who asked has more than $REQUESTS_EACH waiting: ${#names[@]}"
    kubectl "$ADMIN" delete certificatesigningrequests --ignore-not-found --wait=false --request-timeout 20s -- "${names[@]}" >/dev/null ||
        say "<4>some of them are still there; they are looked at again"
}

# der TAG HEX...: sets `element` to the DER of an element that holds these bytes, in hexadecimal digits.
der() {
    local tag=$1 content length
    shift
    printf -v content '%s' "$@"
    length=$((${#content} / 2))
    if [ "$length" -lt 128 ]; then
        printf -v element '%s%02x%s' "$tag" "$length" "$content"
    elif [ "$length" -lt 256 ]; then
        printf -v element '%s81%02x%s' "$tag" "$length" "$content"
    else
        printf -v element '%s82%04x%s' "$tag" "$length" "$content"
    fi
}

# hex_of TEXT: sets `hex` to its bytes.
hex_of() {
    local position digits
    hex=
    for ((position = 0; position < ${#1}; position++)); do
        printf -v digits %02x "'${1:position:1}"
        hex+=$digits
    done
}

# name_part OID TEXT: sets `element` to the part of a subject; Go writes such texts as PrintableString.
name_part() {
    local text
    hex_of "$2"
    der 13 "$hex"
    text=$element
    der 30 "$1" "$text"
    der 31 "$element"
}

# attributes_for NODE ADDRESS: sets `element` to what comes behind the key: one extension, the names, or none at all.
attributes_for() {
    local dns octets address
    if [ -z "$2" ]; then
        der a0
        return
    fi
    hex_of "$1"
    der 82 "$hex"
    dns=$element
    IFS=. read -r -a octets <<<"$2"
    printf -v address '%02x%02x%02x%02x' "${octets[@]}"
    der 87 "$address"
    # subjectAltName, as an extension, in an extensionRequest.
    der 30 "$dns" "$element"
    der 04 "$element"
    der 30 0603551d11 "$element"
    der 30 "$element"
    der 31 "$element"
    der 30 06092a864886f70d01090e "$element"
    der a0 "$element"
}

# judge_usages NODE client|server USAGES: sets `reason` to nothing where a certificate of that kind is asked for, else to why
# not. Each of USAGES is quoted and has a comma behind it.
judge_usages() {
    local sorted
    reason="$1 asks for other usages: $3"
    sorted=$(tr ',' '\n' <<<"${3%,}" | sed '/^"key encipherment"$/d' | sort | tr '\n' ',')
    case $2:$sorted in
    'client:"client auth","digital signature",' | 'server:"digital signature","server auth",') reason= ;;
    esac
}

# judge_request NODE ADDRESS REQUEST: sets `reason` to nothing where REQUEST (base64 of PEM) is what the kubelet of NODE
# sends: for its serving certificate, or for its client certificate where ADDRESS is empty; else to why not.
judge_request() {
    local organization subject attributes info pem body again bytes point behind signature verified
    # An elliptic key on P-256, the only kind that kubelets make, and a signature by ECDSA with SHA-256.
    local algorithm=301306072a8648ce3d020106082a8648ce3d030107 signed=300a06082a8648ce3d040302
    reason="$1 asks with what is no request of a kubelet"
    if [[ -z "$3" || ${#3} -ge 4000 || "$3" == *[!A-Za-z0-9+/=]* ]]; then return 0; fi
    pem=$(base64 -d <<<"$3" 2>/dev/null) || return 0
    # One block in the form of Go, and nothing before, within or behind it.
    body=$(base64 -w 0 <<<"$pem")
    [ "$body" = "$3" ] || return 0
    body=${pem#-----BEGIN CERTIFICATE REQUEST-----$'\n'}
    body=${body%$'\n'-----END CERTIFICATE REQUEST-----}
    again=$(base64 -d <<<"$body" 2>/dev/null | base64 -w 64) || return 0
    [ "$again" = "$body" ] || return 0
    bytes=$(base64 -d <<<"$body" | od -An -v -tx1 | tr -d ' \n')

    name_part 060355040a system:nodes
    organization=$element
    name_part 0603550403 "system:node:$1"
    der 30 "$organization" "$element"
    subject=$element
    attributes_for "$1" "$2"
    attributes=$element
    # The free parts: the point that is the key, behind what is the same for all, and the signature.
    behind=${bytes#*"020100$subject"3059"$algorithm"03420004}
    point=${behind:0:128}
    der 30 020100 "$subject" 3059 "$algorithm" 03420004 "$point" "$attributes"
    info=$element
    signature=${bytes##*"$info$signed"}
    # A header of two bytes, the number of bits that are not used, and what openssl verifies.
    der 03 00 "${signature:6}"
    der 30 "$info" "$signed" "$element"
    reason="$1 asks for another subject or other names than${2:+ DNS:$1, IP Address:$2 as} system:node:$1"
    [ "$bytes" = "$element" ] || return 0
    reason="$1 asks with a request that it has not signed"
    verified=$(openssl req -verify -noout <<<"$pem" 2>&1) || return 0
    [[ "$verified" == *"verify OK"* ]] || return 0
    reason=
}
