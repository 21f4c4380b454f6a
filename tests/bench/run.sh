#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the product beside its peers in one run and compares with the figures asked for (docs/performance.md).
#   tests/bench/run.sh prepare    builds the release preset and installs the peers, measures nothing
#   tests/bench/run.sh quick      each measurement once, 10 thousand facts: under a minute
#   tests/bench/run.sh [full]     three times, 10 thousand, 100 thousand, 20 sites, memory at 1 million: about 7 minutes
#   tests/bench/run.sh memory     the agent's memory at 10 thousand, 100 thousand and 1 million facts
#   tests/bench/run.sh report FILE...   the table again, of results that were kept
# Needs root (namespaces), Debian 12, node 20 with npm, and the peers' harness beside this repository. SEALKEEP_PEERS: where that is.
# BENCH_DIR: a folder on the disk to be measured. Exit: 0 all figures met, 1 missed or failed, 2 cannot run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${SEALKEEP_BENCH_BUILD:-$root/build/bench}
source=${SEALKEEP_PEERS:-$root/../shared/bench/peers}
peers=$build/peers
export SEALKEEP_ROLE=$build/bin/sealkeep_bench_role

mode=${1:-full}
case $mode in
  prepare | quick | full | memory) ;;
  report) shift; exec node "$here/ratios.mjs" "$@" ;;
  *) sed -n '4,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
if [ ! -x "$source/run.sh" ] && [ ! -f "$source/run.sh" ]; then
  echo "run.sh: the peers' harness is not in $source; set SEALKEEP_PEERS to the folder with its run.mjs" >&2
  exit 2
fi

# The peers ask dpkg for libmsgpack-cxx-dev, whose Debian package depends on Boost 1.74 and would remove Boost 1.81, which we
# build with. deploy/install.sh unpacked its headers already; here they become a package of the same name without that dependency.
msgpack_package() {
  local name=libmsgpack-cxx-dev prefix=${SEALKEEP_MSGPACK_PREFIX:-/opt/sealkeep/msgpack} tree
  if dpkg-query -W -f '${db:Status-Status}' $name 2>/dev/null | grep -qx installed; then return; fi
  tree=$(mktemp -d)
  mkdir -p "$tree/DEBIAN"
  cp -r "$prefix/usr" "$tree/usr"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: its headers alone, for the benchmarks\n' \
    $name "$(cat "$prefix/.version")" >"$tree/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$tree" "$tree.deb" >/dev/null
  dpkg -i "$tree.deb" >/dev/null
  rm -rf "$tree" "$tree.deb"
}

prepare() {
  "$root/deploy/install.sh" --build
  command -v node >/dev/null && command -v npm >/dev/null || { echo "run.sh: node 20 with npm is not installed" >&2; exit 2; }
  cmake --preset release -S "$root" -B "$build" >/dev/null
  ninja -C "$build" sealkeep_bench_role sealkeep_bench_pure sealkeep_bench_record
  mkdir -p "$peers"
  cp -r "$source/." "$peers/"
  msgpack_package
  "$peers/install.sh"
}
prepare >&2
cp "$here/sealkeep.mjs" "$peers/"
[ $mode != prepare ] || exit 0

BENCH_DIR=$(mktemp -d ${BENCH_DIR:+-p "$BENCH_DIR"})
export BENCH_DIR
chmod 711 "$BENCH_DIR" # PostgreSQL's user passes through
trap 'rm -rf "$BENCH_DIR"' EXIT
results=${SEALKEEP_BENCH_RESULTS:-$build/results-$(date +%Y%m%d-%H%M%S).jsonl}
cd "$peers"
ns() { ./ns.sh "$@" | tee -a "$results" || true; } # a failed run is a line with an error, which the report names
peer() { ns node run.mjs "$@"; }                     # PEER[+VARIANT][:SITES] N REPS WRITES LIVE RATE

reps=3
[ $mode = full ] || reps=1
if [ $mode != memory ]; then
  for ((rep = 0; rep < reps; ++rep)); do # in turn, so that a slow minute of the machine hits all of them
    ns build/limits "$BENCH_DIR" 0.1
    for who in sealkeep hypercore postgres roofline+b; do peer $who 10000 1 1000 300 50; done
  done
fi
if [ $mode = full ]; then
  for ((rep = 0; rep < reps; ++rep)); do
    for who in sealkeep postgres roofline+b hypercore; do peer $who 100000 1 500 0; done
    for who in sealkeep roofline+b; do peer $who:20 5000 1 0 0; done
  done
fi
if [ $mode != quick ]; then
  for n in 10000 100000 1000000; do
    REP_LIMIT_S=1200 ./ns.sh node run.mjs sealkeep $n 1 0 0 | sed 's/"metric":"drain"/"metric":"memory"/' | tee -a "$results" || true
  done
fi
node "$here/ratios.mjs" "$results"
