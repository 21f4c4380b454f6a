// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "agent/devices/scanner_device.hpp"
#include "common/access/account.hpp"

namespace sealkeep::agent {

/// The site's scanners, in the agent's loop: one thread, nothing blocks, nothing waits.
///
///     poller.add(scanners);
///     while (...) {
///       for (const Scan& scan : scanners.step(clock.now())) tell(terminal_of(scan.terminal, terminals),
///       scan); poller.wait(min(..., scanners.next_step_ms()) - now);
///     }
class Scanners final : public net::Pollable {
 public:
  /// Opens none of them yet: step() does. A scanner that cannot be opened is no error; states() says why. The
  /// logger outlives it.
  Scanners(std::vector<ScannerConfig> configs, Logger& log);

  /// Opens what is due, reads what is there; at most kScansPerStep scans a stream, the rest at the next step.
  [[nodiscard]] std::vector<Scan> step(const Now& now);
  /// Monotonic; when to step at the latest. INT64_MIN: at once; INT64_MAX: when a descriptor is ready.
  [[nodiscard]] std::int64_t next_step_ms() const;
  void add_handles(std::vector<net::PollHandle>& out) const override;
  /// In the order of the configuration.
  [[nodiscard]] std::vector<ScannerState> states() const;

 private:
  std::vector<ScannerDevice> devices_;
};

/// {"text", "symbology", "device"}: what a terminal is told. `text` is what `look` takes, as it came.
[[nodiscard]] std::string scan_json(const Scan& scan);

/// The number of the terminal of that name (Scan::terminal): 0, which stands for all, for the empty name;
/// nullopt if no terminal has the name, and then nobody is to be told.
[[nodiscard]] std::optional<access::TerminalNo> terminal_of(std::string_view name,
                                                            std::span<const access::Terminal> terminals);

}  // namespace sealkeep::agent
