#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Draws the door of a container as a picture, for cameras of a demo that are fed from files:
#   deploy/demo/draw.sh MSCU6639870 NZ300010 door.png     (without a seal: '')
# Needs chromium. The pictures in this folder were made by it.
set -euo pipefail
out=$(realpath -m "$3")
page=$(cd "$(dirname "$0")" && pwd)/door.html
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars --user-data-dir="$profile" \
  --window-size=1280,720 --screenshot="$out" "file://$page#$1,$2" >/dev/null 2>&1
[ -s "$out" ]
