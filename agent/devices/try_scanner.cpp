// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/try_scanner.hpp"

#include <poll.h>

#include <algorithm>

#include "agent/commands/scan_text.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kLongestWaitMs = 200;

void wait_for(const Scanners& scanners, std::int64_t timeout_ms) {
  std::vector<net::PollHandle> handles;
  scanners.add_handles(handles);
  std::vector<pollfd> asked;
  for (const net::PollHandle& handle : handles) asked.push_back({handle.fd, POLLIN, 0});
  // A signal ends the wait early, which is no harm.
  static_cast<void>(::poll(asked.data(), asked.size(), static_cast<int>(timeout_ms)));
}

Result<ScannerConfig> config_of(std::string_view device) {
  if (!device.starts_with('/')) return parse_device(device);
  const bool input = device.find("/input/") != std::string_view::npos;
  return parse_device((input ? "hid:" : "serial:") + std::string(device));
}

cli::Value scan_value(const Scan& scan) {
  const ScanText read = read_scan(scan.text);
  return cli::Value::object({{"read", shown(scan.text)},
                             {"means", read.text},
                             {"kind", read.command ? "a code of the printed card" : "a number or a name"},
                             {"symbology", read.symbology},
                             {"note", scan.cut ? "only its beginning was read" : read.note}});
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F)
      out += c;
    else
      (((out += '<') += kHex[byte >> 4]) += kHex[byte & 15]) += '>';
  }
  return cli::well_formed(out);
}

Result<cli::Value> try_scanner(std::string_view device, std::int64_t length_ms, Clock& clock,
                               const cli::OnProgress& progress) {
  SEALKEEP_LET(config, config_of(device));
  NullLogger log;
  Scanners scanners({config}, log);
  cli::Value scans = cli::Value::list();
  std::int64_t count = 0;
  const std::int64_t end_ms = clock.now().mono_ms + length_ms;
  for (Now now = clock.now(); now.mono_ms < end_ms; now = clock.now()) {
    for (const Scan& scan : scanners.step(now))
      if (count++ < kTryScansShown) scans.add(scan_value(scan));
    if (progress) progress({static_cast<std::uint64_t>(count), 0, "scans read"});
    const std::int64_t next = std::min({scanners.next_step_ms(), now.mono_ms + kLongestWaitMs, end_ms});
    wait_for(scanners, std::max<std::int64_t>(next - now.mono_ms, 0));
  }
  const ScannerState state = scanners.states().front();
  const bool nothing = state.status == ScannerStatus::Open && count == 0 && state.why.empty();
  return cli::Value::object(
      {{"device", state.device},
       {"state", std::string(words_of(state.status))},
       {"why", nothing ? "nothing was read" : state.why},
       {"next", nothing ? "Scan something while this runs; --seconds gives more time" : state.next},
       {"count", count},
       {"scans", std::move(scans)}});
}

}  // namespace sealkeep::agent
