#!/usr/bin/env bash
# Preview a stack as CI does: held to the policy pack, with a summary in Markdown at the end. No host is reached.
# usage: preview-ci.sh STACK [--throw-away]
#   --throw-away   plan the stack's configuration as a new stack on a backend that is gone afterwards. Needs no secret
#                  and no access to the state, so it is safe for pull requests from forks; it shows every resource as new.
# inputs (environment):
#   PULUMI            optional  words that run Pulumi (default: pulumi)
#   CONFIG_FILE       optional  the stack's configuration (default: Pulumi.STACK.yaml)
#   PREVIEW_SUMMARY   optional  file that gets the summary, too
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { echo "usage: preview-ci.sh STACK [--throw-away]" >&2; exit 2; }
stack=$1 mode=${2:-}
read -ra pulumi <<<"${PULUMI:-pulumi}"
config=$(realpath "${CONFIG_FILE:-Pulumi.$stack.yaml}")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$mode" = --throw-away ]; then
    mkdir "$work/backend" "$work/project"
    PULUMI_CONFIG_PASSPHRASE=$(head -c 24 /dev/urandom | base64)
    export PULUMI_CONFIG_PASSPHRASE PULUMI_BACKEND_URL="file://$work/backend"
    # A plan dials no host: neither the agent that ssh.agent asks for nor a key need be here.
    export SSH_AUTH_SOCK=${SSH_AUTH_SOCK:-$work/no-agent}
    npx tsx commands/preview/without-secrets.ts "$config" >"$work/config.yaml"
    config=$work/config.yaml
    # Beside a project file alone: a new stack's salt is written there, and not into the checkout.
    cp Pulumi.yaml "$work/project"
    "${pulumi[@]}" -C "$work/project" stack init "$stack" --non-interactive >/dev/null
fi

code=0
# The event log holds what no other output has at once: every step, and every policy that was broken.
PULUMI_DEBUG_COMMANDS=true "${pulumi[@]}" preview --stack "$stack" --config-file "$config" --policy-pack policy \
    --event-log "$work/events" --non-interactive --color never 2>&1 | npx tsx commands/host-words-filter.ts || code=$?

touch "$work/events"
npx tsx commands/preview/summary.ts "$stack" "$code" "$mode" <"$work/events" | tee "${PREVIEW_SUMMARY:-/dev/null}"
exit "$code"
