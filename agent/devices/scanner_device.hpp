// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "agent/devices/scan_stream.hpp"
#include "agent/devices/scanner_ports.hpp"
#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/net/poller.hpp"

namespace sealkeep::agent {

inline constexpr std::size_t kConnections = 8;  ///< of one listening scanner
inline constexpr std::int64_t kRepeatMs = 300;  ///< the same text again so soon is the same scan
inline constexpr std::int64_t kFirstRetryMs = 500;
inline constexpr std::int64_t kLongestRetryMs = 10'000;
inline constexpr std::int64_t kConnectMs = 5'000;

/// What a scanner read, for one terminal.
struct Scan {
  std::string device;    ///< ScannerConfig::device
  std::string terminal;  ///< its name; empty: all
  std::string text;      ///< as it came, for `look`; may hold GS1 separators, is perhaps no UTF-8
  bool cut = false;      ///< it was longer than kScanBytes
  friend bool operator==(const Scan&, const Scan&) = default;
};

/// How one scanner is. A value.
struct ScannerState {
  std::string device, terminal;  ///< as in Scan
  ScannerStatus status = ScannerStatus::Waiting;
  std::string why, next;          ///< if it is not open, or something is odd
  std::size_t connections = 0;    ///< of Listen
  std::uint16_t port = 0;         ///< of Listen, while open
  std::int64_t last_scan_ms = 0;  ///< Unix; 0: none since the agent began
  std::uint64_t scans = 0;
  std::uint64_t repeats = 0;  ///< left out, kRepeatMs
  std::uint64_t lost = 0;     ///< spoiled by lost bytes or forgotten
  std::uint64_t refused = 0;  ///< connections from addresses that are not allowed
  friend bool operator==(const ScannerState&, const ScannerState&) = default;
};

/// One scanner: opens it, opens it again after it went away, reads it. One thread; nothing blocks. The logger
/// outlives it.
class ScannerDevice {
 public:
  ScannerDevice(ScannerConfig config, Logger& log);

  void step(const Now& now, std::vector<Scan>& out);
  /// Monotonic; when to step again although no descriptor became ready.
  [[nodiscard]] std::int64_t next_step_ms() const;
  void add_handles(std::vector<net::PollHandle>& out) const;
  [[nodiscard]] ScannerState state() const;

 private:
  struct Recent {
    std::string peer, text;
    std::int64_t mono_ms = 0;
  };

  void open(std::int64_t now_ms);
  void opened(std::int64_t now_ms);
  void retry(ScannerTrouble trouble, std::int64_t now_ms);
  void follow_connect(std::int64_t now_ms);
  void accept(std::int64_t now_ms);
  void make_room();
  void read(const Now& now, std::vector<Scan>& out);
  [[nodiscard]] bool is_repeat(const std::string& peer, const std::string& text, std::int64_t now_ms);
  [[nodiscard]] bool is_closed() const;

  ScannerConfig config_;
  Logger& log_;
  ScannerTrouble trouble_;
  net::OwnedFd listener_, connecting_;
  std::vector<ScanStream> streams_;
  std::vector<Recent> recent_;
  std::int64_t step_at_ms_ = INT64_MIN;  // of open() and follow_connect()
  std::int64_t backoff_ms_ = kFirstRetryMs;
  std::int64_t opened_ms_ = 0, give_up_ms_ = 0, refused_logged_ms_ = INT64_MIN;
  bool more_ = false;
  std::string refused_peer_;
  ScannerState counts_;
};

}  // namespace sealkeep::agent
