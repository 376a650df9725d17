#!/usr/bin/env bash
# Run suites of tests by node's own runner.
# usage: run.sh SUITE...   SUITE is a directory beside this file
# inputs (environment): TEST_CONCURRENCY  test files that run at once (default 2; clusters share one lab, so 1)
set -euo pipefail
cd "$(dirname "$0")/.."
found=$(find "${@/#/test/}" -name '*.test.ts' | sort)
mapfile -t files <<<"$found"
exec node --import tsx --test --test-concurrency="${TEST_CONCURRENCY:-2}" "${files[@]}"
