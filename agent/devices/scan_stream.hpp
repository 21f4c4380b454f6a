// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <vector>

#include "agent/devices/scanner_config.hpp"
#include "common/net/unix_socket.hpp"

namespace sealkeep::agent {

inline constexpr std::size_t kScansPerStep = 32;  ///< of one stream; the rest waits where it is
inline constexpr std::size_t kReadsPerStep = 4;
inline constexpr std::size_t kReadBytes = 4096;

/// One open source of bytes: a device, or one connection. Its memory is bounded whatever comes.
class ScanStream {
 public:
  /// `peer` is who is on the other side of a connection, empty for a device.
  ScanStream(net::OwnedFd fd, const ScannerConfig& config, std::string peer, std::int64_t now_mono_ms);

  struct Took {
    std::vector<LineAssembler::Line> lines;
    bool more = false;  ///< something is left: come again at once
    bool gone = false;  ///< nothing comes any more
    int error = 0;      ///< the errno of `gone`, 0 when the other side ended it
  };
  /// Reads what is there, without waiting.
  [[nodiscard]] Took step(std::int64_t now_mono_ms);
  [[nodiscard]] std::optional<std::int64_t> due_ms() const { return assembler_.due_ms(); }

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  [[nodiscard]] std::uint64_t rest_bytes() const { return assembler_.rest_bytes(); }
  [[nodiscard]] std::uint64_t lost() const { return assembler_.lost(); }
  [[nodiscard]] std::int64_t heard_ms() const { return heard_ms_; }  ///< monotonic; or when it began

 private:
  void feed(std::int64_t now_mono_ms, Took& out);
  void feed_keys(std::int64_t now_mono_ms, Took& out);

  net::OwnedFd fd_;
  std::string peer_;
  std::optional<KeyDecoder> keys_;
  LineAssembler assembler_;
  std::array<std::uint8_t, kReadBytes> read_{};  // [begin_, end_) is not used yet
  std::size_t begin_ = 0, end_ = 0;
  std::int64_t heard_ms_;
};

}  // namespace sealkeep::agent
