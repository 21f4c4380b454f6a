#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Says whether programs carry the hardening that a release must have, by what stands in the file.
#   deploy/check-hardening.sh PROGRAM...
# Exit: 0 all have all of it, 1 one lacks something (said which), 2 wrong use.
set -euo pipefail
[ $# -gt 0 ] || { echo "check-hardening: name the programs to look at" >&2; exit 2; }
bad=0
for program in "$@"; do
  [ -f "$program" ] || { echo "check-hardening: $program does not exist" >&2; exit 2; }
  header=$(readelf -hW "$program") segments=$(readelf -lW "$program")
  dynamic=$(readelf -dW "$program") symbols=$(readelf --dyn-syms -W "$program")
  want() { # NAME PATTERN TEXT
    grep -qE "$2" <<<"$3" || { echo "check-hardening: $program has no $1" >&2; bad=1; }
  }
  want "position independence (PIE)" 'Type: +DYN' "$header"
  want "read-only relocations (RELRO)" 'GNU_RELRO' "$segments"
  want "binding at start (NOW)" 'BIND_NOW|FLAGS_1.*NOW' "$dynamic"
  want "non-executable stack" 'GNU_STACK.* RW ' "$segments"
  want "stack protector" '__stack_chk_fail' "$symbols"
  want "fortified calls (_FORTIFY_SOURCE)" '__[a-z]+_chk(@| |$)' "$symbols"
done
[ $bad -eq 0 ] && echo "hardened: $*"
exit $bad
