#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Scores the systemd units offline and fails when one is more exposed than its bound (systemd-analyze: 0 best, 10 worst),
# alone and with its drop-ins, or when systemd does not understand a setting.
#   deploy/check-units.sh [FOLDER]     FOLDER holds the units; default systemd/ of this tree
# Exit: 0 all within bounds, 1 not, 2 cannot check.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
units=${1:-$here/systemd}
unit_bound=1.5    # the unit as installed
dropin_bound=2.0  # with the site's example drop-ins: LAN and serial devices

command -v systemd-analyze >/dev/null || { echo "check-units: systemd-analyze is missing: run deploy/install.sh --test" >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0

# check NAME BOUND UNIT: UNIT is a path; systemd-analyze reads the drop-ins in UNIT.d by itself.
check() {
  local score
  score=$(systemd-analyze security --offline=true --no-pager "$3" 2>&1 | sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p')
  if [ -z "$score" ]; then
    echo "check-units: $1: no score; systemd-analyze security --offline=true $3 says why" >&2
    bad=1
  elif awk -v s="$score" -v b="$2" 'BEGIN { exit !(s > b) }'; then
    echo "check-units: $1: exposure $score is above $2" >&2
    bad=1
  else
    echo "$1: exposure $score (bound $2)"
  fi
}

found=0
for unit in "$units"/*.service; do
  [ -f "$unit" ] || continue
  found=1
  name=$(basename "$unit")
  mkdir -p "$scratch/alone" "$scratch/with"
  cp "$unit" "$scratch/alone/"
  check "$name" "$unit_bound" "$scratch/alone/$name"
  if [ -d "$unit.d" ]; then
    cp -r "$unit" "$unit.d" "$scratch/with/"
    check "$name with its drop-ins" "$dropin_bound" "$scratch/with/$name"
  fi
  # The programs need not be installed here, so only complaints about the unit's text count: they name file and line.
  complaints=$(systemd-analyze verify --man=no "$unit" 2>&1 | grep -F "$name" | grep -E ':[0-9]+: ' || true)
  if [ -n "$complaints" ]; then
    printf '%s\n' "$complaints" >&2
    echo "check-units: $name: systemd does not understand what the lines above name" >&2
    bad=1
  fi
done
[ $found -eq 1 ] || { echo "check-units: no unit in $units" >&2; exit 2; }
exit $bad
