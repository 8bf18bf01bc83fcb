#!/usr/bin/env bash
# run-tests.sh - all checks and tests, one after the other; ends with what failed and "N passed, N failed", and fails if anything did.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
passed=0 failed=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
: > "$results/failures"

suite() { # NAME COMMAND...: a vitest run
  local name=$1 report="$results/$1.json" good bad
  shift
  echo "== $name"
  "$@" --reporter=default --reporter=json --outputFile.json="$report"
  read -r good bad < <(node scripts/test-report.mjs "$report" "$results/failures")
  passed=$((passed + good)) failed=$((failed + bad))
}

check() { # NAME COMMAND...: one check that passes or fails
  local name=$1
  shift
  echo "== $name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name" >> "$results/failures"; fi
}

check types npx tsc --noEmit
check style npx biome check .
check unused npx knip
suite unit npx vitest run
suite end-to-end npx vitest run --config test/e2e/vitest.config.ts
check demonstration node dist/kodou.cjs demo

cat "$results/failures"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
