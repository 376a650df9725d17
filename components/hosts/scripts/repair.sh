# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by steps that a repair has run again: whether this one is asked for what it has not done yet.
set -euo pipefail

# What was asked for when a step came to its end, a file for each step.
readonly REPAIRED=$STATE/repaired

# look_at_repair STEP: sets `repairing` to yes or no.
look_at_repair() {
    local known=''
    repairing=no
    if [ -z "$REPAIR" ]; then return 0; fi
    if [ -e "$REPAIRED/$1" ]; then known=$(<"$REPAIRED/$1"); fi
    if [ "$known" != "$REPAIR" ]; then repairing=yes; fi
}

# repaired STEP: it came to its end.
repaired() { if [ -n "$REPAIR" ]; then record "$REPAIRED/$1" "$REPAIR"; fi; }
