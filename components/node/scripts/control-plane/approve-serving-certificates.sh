#!/usr/bin/env bash
# On a control plane node, started by a timer: approve the serving certificates that kubelets ask for, each for its own
# name and address alone. Everything else stays pending, and is logged once.
# No inputs. It takes no lock: steps that hold it wait for these certificates.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=serving-certificates.sh
. "$here/serving-certificates.sh"

# Who asks chooses much of these texts: %q leaves neither tabs nor line ends in them.
template='{{range .items}}{{if not .status.conditions}}{{.metadata.name}}{{"\t"}}{{.metadata.uid}}{{"\t"}}{{printf "%q" .spec.username}}{{"\t"}}{{range .spec.usages}}{{printf "%q" .}},{{end}}{{"\t"}}{{.spec.request}}{{"\n"}}{{end}}{{end}}'
# An API server that is away is asked again in ten seconds.
pending=$(admin get certificatesigningrequests --field-selector spec.signerName=kubernetes.io/kubelet-serving -o "go-template=$template" 2>/dev/null) || exit 0

no() {
    reason=$*
    return 1
}
# may_have USERNAME USAGES REQUEST: succeeds only where each of them is what this node's kubelet asks with; says why not in reason.
may_have() {
    local node address subject names wanted
    [[ "$1" =~ ^\"system:node:([a-z0-9][-a-z0-9.]*)\"$ ]] || no "asked for by $1, which is no node" || return 1
    node=${BASH_REMATCH[1]}
    address=$(cat "$SERVING_NODES/$node" 2>/dev/null) || no "$node is no node of this program" || return 1
    case $(tr ',' '\n' <<<"$2" | sed '/^$/d' | sort | tr '\n' ',') in
    '"digital signature","server auth",' | '"digital signature","key encipherment","server auth",') ;;
    *) no "$node asks for other usages: $2" || return 1 ;;
    esac
    # In this form commas of a value are escaped.
    subject=$(base64 -d <<<"$3" | openssl req -noout -subject -nameopt RFC2253 2>/dev/null) || no "$node asks with what is no request" || return 1
    [ "$subject" = "subject=CN=system:node:$node,O=system:nodes" ] || no "$node asks for another subject: $(printf %q "$subject")" || return 1
    # All that stands under such a heading, wherever it is: what is made to look like one is one too many.
    names=$(base64 -d <<<"$3" | openssl req -noout -text 2>/dev/null | grep -A 1 'Subject Alternative Name' | sed 's/^ *//; s/ *$//') || no "$node asks for no name" || return 1
    wanted="DNS:$node, IP Address:$address"
    [ "$names" = $'X509v3 Subject Alternative Name:\n'"$wanted" ] || no "$node may have $wanted, and asks for: $(printf %q "${names#*$'\n'}")" || return 1
}

still=
while IFS=$'\t' read -r name uid username usages request; do
    [ -n "$name" ] || continue
    if ! grep -qxsF "$uid" "$SERVING_REFUSED"; then
        if may_have "$username" "$usages" "$request"; then
            admin certificate approve "$name" >/dev/null && say "<5>approved $name, $username"
            continue
        fi
        say "<4>$name stays pending: ${reason:0:300}"
    fi
    still+=$uid$'\n'
done <<<"$pending"
printf '%s' "$still" >"$SERVING_REFUSED"
