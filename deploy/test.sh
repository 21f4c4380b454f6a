#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs every test, from any folder, without questions. Stops at the first that fails.
#   deploy/test.sh          format, licence lines, units, development build and its tests
#   deploy/test.sh all      then looks a second time with other tools (clang-tidy, sanitizers, fuzzers) and plays the pages in
#                           Chromium (what .ci/run runs)
# SEALKEEP_FUZZ_SECONDS (default 8): how long each fuzz target runs.
# Exit: 0 all passed, 1 a stage failed (the last line names it), 2 wrong use.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
exec </dev/null

case "${1:-tests}" in
  all | tests) mode=${1:-tests} ;;
  -h | --help) sed -n '3,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "test: unknown option '$1'; nothing or 'all'" >&2; exit 2 ;;
esac

# ccache and Go keep their caches under HOME; a service that runs this may have none.
if [ -z "${HOME:-}" ]; then
  HOME=$root/build/home
  mkdir -p "$HOME"
  export HOME
fi
mkdir -p build
jobs=$(nproc)
fuzz_seconds=${SEALKEEP_FUZZ_SECONDS:-8}
began=$SECONDS
table=""

show_table() {
  printf '\n%-34s %8s  %s\n' stage seconds result
  printf '%b' "$table"
  printf '%-34s %8d\n' "all" $((SECONDS - began))
}

# stage NAME COMMAND...: runs the command with errors fatal inside it, keeps its time, ends the whole on failure.
stage() {
  local name=$1 start=$SECONDS rc
  shift
  printf '\n== %s\n' "$name"
  set +e
  (set -e; "$@")
  rc=$?
  set -e
  local took=$((SECONDS - start))
  if [ $rc -ne 0 ]; then
    table+=$(printf '%-34s %8d  FAILED' "$name" $took)"\n"
    show_table
    echo "test: FAILED in stage '$name' (exit $rc, $took s)"
    exit 1
  fi
  table+=$(printf '%-34s %8d  ok' "$name" $took)"\n"
  printf '== %s: ok, %d s\n' "$name" $took
}

# The project's own files that match the patterns; a source archive without git has no build outputs to leave out.
tracked() {
  if git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1; then
    git -c safe.directory='*' ls-files -- "$@" | while IFS= read -r path; do [ ! -f "$path" ] || printf '%s\n' "$path"; done
  else
    local pattern args=()
    for pattern in "$@"; do args+=(-o -path "./$pattern" -o -name "$pattern"); done
    find . -path ./build -prune -o -type f \( "${args[@]:1}" \) -print | sed 's#^\./##'
  fi
}

check_format() {
  local files
  files=$(tracked '*.cpp' '*.hpp')
  [ -n "$files" ] || { echo "no sources found"; return 1; }
  if ! xargs -P "$jobs" -n 16 clang-format-14 --dry-run -Werror <<<"$files" 2>build/format.log; then
    echo "not as clang-format writes them; clang-format-14 -i mends these:"
    sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: error: .*/\1/p' build/format.log | sort -u | grep . || cat build/format.log
    return 1
  fi
  echo "$(wc -l <<<"$files") files are as clang-format writes them"
}

check_licence() {
  local path bad=0 files
  files=$(tracked '*.cpp' '*.hpp' '*.sql' '*.sh' '*.cmake' '*CMakeLists.txt' '*.service' '*.conf' '*.go' '*.py' '.ci/run')
  while IFS= read -r path; do
    head -n 2 "$path" | grep -q 'SPDX-License-Identifier: Apache-2.0$' || { echo "$path: no SPDX line at its top"; bad=1; }
  done <<<"$files"
  return $bad
}

build_dev() {
  cmake --preset dev -DSEALKEEP_BROWSER_TESTS="$([ "$mode" = all ] && echo ON || echo OFF)"
  cmake --build --preset dev -j "$jobs"
}

run_ctest() { # PRESET [ctest options]
  local preset=$1
  shift
  ctest --preset "$preset" -j "$jobs" --no-tests=error "$@"
}

run_browser() {
  command -v chromium >/dev/null || { echo "the pages are played in Chromium, and there is none: deploy/install.sh --test gets it"; return 1; }
  run_ctest dev -L '^browser$'
}

# Over every source of the product; the compile commands come from the development build.
check_tidy() {
  local files
  files=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' build/dev/compile_commands.json |
    grep -E "^$root/(common|agent|hub)/" | sort -u)
  [ -n "$files" ] || { echo "build/dev has no compile commands"; return 1; }
  # clang-tidy counts the warnings that it leaves out, on stderr; a real one comes on stdout.
  xargs -P "$jobs" -n 2 clang-tidy-14 -p build/dev --quiet 2>build/dev/tidy.log <<<"$files" ||
    { grep -E 'error:' build/dev/tidy.log || true; return 1; }
  echo "$(wc -l <<<"$files") files are clean"
}

check_release() {
  local programs=()
  mapfile -t programs < <(find build/release/bin -maxdepth 1 -name 'sealkeep-*' -type f 2>/dev/null)
  [ ${#programs[@]} -gt 0 ] || return 0
  deploy/check-hardening.sh "${programs[@]}"
}

# The folders that parse what comes from outside, hold memory by hand or own threads; whole programs run in dev only.
asan_folders=(base crypto tlog ses sync store net http access api)
run_asan() {
  local folder targets=() names=""
  cmake --preset asan
  for folder in "${asan_folders[@]}"; do
    if ninja -C build/asan -t query "test_$folder" >/dev/null 2>&1; then
      targets+=("test_$folder")
      names+="${names:+|}$folder"
    fi
  done
  [ ${#targets[@]} -gt 0 ] || { echo "no unit tests found"; return 1; }
  cmake --build --preset asan -j "$jobs" --target "${targets[@]}"
  run_ctest asan -R "^($names)\$"
}

# Each target starts from its corpus (tests/fuzz/corpus/TARGET) if it has one; new inputs stay in the build folder.
fuzz_one() {
  local program=$1 name work seeds=()
  name=$(basename "$program")
  work=$root/build/fuzz/run/$name
  mkdir -p "$work/corpus"
  [ ! -d "$root/tests/fuzz/corpus/$name" ] || seeds=("$root/tests/fuzz/corpus/$name")
  if "$program" -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$work/" "$work/corpus" "${seeds[@]}" >"$work/log" 2>&1; then
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log") inputs, no fault"
  else
    tail -n 40 "$work/log"
    echo "$name: FAULT; the input is in $work"
    return 1
  fi
}
run_fuzz() {
  cmake --preset fuzz
  local targets=()
  mapfile -t targets < <(ninja -C build/fuzz -t targets all | sed -n 's/^\(fuzz_[a-z0-9_]*\): phony$/\1/p' | sort)
  [ ${#targets[@]} -gt 0 ] || { echo "tests/fuzz has no target fuzz_*"; return 1; }
  cmake --build --preset fuzz -j "$jobs" --target "${targets[@]}"
  export -f fuzz_one
  export root fuzz_seconds
  printf "$root/build/fuzz/bin/%s\n" "${targets[@]}" | xargs -P "$jobs" -I{} bash -euo pipefail -c 'fuzz_one {}'
}

stage "install" deploy/install.sh --test
stage "format" check_format
stage "licence lines" check_licence
stage "units" deploy/check-units.sh
stage "build dev" build_dev
stage "tests dev" run_ctest dev -LE '^browser$'
if [ "$mode" = all ]; then
  stage "clang-tidy" check_tidy
  stage "hardening of a release, if built" check_release
  stage "unit tests with sanitizers" run_asan
  if [ -f tests/fuzz/CMakeLists.txt ]; then stage "fuzz, $fuzz_seconds s each" run_fuzz; fi
  stage "browser" run_browser
fi
show_table
echo "test: all stages passed"
