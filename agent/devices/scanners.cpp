// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/scanners.hpp"

#include <algorithm>

#include "agent/commands/scan_text.hpp"
#include "common/cli/value.hpp"

namespace sealkeep::agent {

Scanners::Scanners(std::vector<ScannerConfig> configs, Logger& log) {
  devices_.reserve(configs.size());
  for (ScannerConfig& config : configs) devices_.emplace_back(std::move(config), log);
}

std::vector<Scan> Scanners::step(const Now& now) {
  std::vector<Scan> out;
  for (ScannerDevice& device : devices_) device.step(now, out);
  return out;
}

std::int64_t Scanners::next_step_ms() const {
  std::int64_t next = INT64_MAX;
  for (const ScannerDevice& device : devices_) next = std::min(next, device.next_step_ms());
  return next;
}

void Scanners::add_handles(std::vector<net::PollHandle>& out) const {
  for (const ScannerDevice& device : devices_) device.add_handles(out);
}

std::vector<ScannerState> Scanners::states() const {
  std::vector<ScannerState> out;
  for (const ScannerDevice& device : devices_) out.push_back(device.state());
  return out;
}

std::string scan_json(const Scan& scan) {
  return cli::to_json(cli::Value::object({{"text", cli::well_formed(scan.text)},
                                          {"symbology", read_scan(scan.text).symbology},
                                          {"device", scan.device}}));
}

std::optional<access::TerminalNo> terminal_of(std::string_view name,
                                              std::span<const access::Terminal> terminals) {
  if (name.empty()) return access::TerminalNo{0};
  const auto found = std::find_if(terminals.begin(), terminals.end(),
                                  [&](const access::Terminal& terminal) { return terminal.name == name; });
  return found == terminals.end() ? std::nullopt : std::optional(found->no);
}

}  // namespace sealkeep::agent
