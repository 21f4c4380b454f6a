// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "agent/devices/scanner_config.hpp"
#include "common/net/unix_socket.hpp"
#include "tl/expected.hpp"

/// Opening what bytes come from. Nothing here blocks; every descriptor is closed on exec.
namespace sealkeep::agent {

enum class ScannerStatus : std::uint8_t {
  Waiting,  ///< not plugged in, switched off, or not yet reached
  Open,     ///< scans arrive
  Refused,  ///< this user may not read it
  Failed,   ///< anything else: `why` says what
};
[[nodiscard]] std::string_view words_of(ScannerStatus status);

/// Why a scanner is not open, and what a person does about it.
struct ScannerTrouble {
  ScannerStatus status = ScannerStatus::Waiting;
  std::string why, next;
  friend bool operator==(const ScannerTrouble&, const ScannerTrouble&) = default;
};

using OpenedPort = tl::expected<net::OwnedFd, ScannerTrouble>;

/// The evdev device, for us alone (EVIOCGRAB): its keys do not reach a text console any more. A named pipe is
/// read as the records of a device, without a grab.
[[nodiscard]] OpenedPort open_hid(const ScannerConfig& config);
/// The serial port: raw 8N1 at the configured speed, for us alone (TIOCEXCL and flock).
[[nodiscard]] OpenedPort open_serial(const ScannerConfig& config);
/// A socket that is connecting; see connected().
[[nodiscard]] OpenedPort begin_connect(const ScannerConfig& config);
[[nodiscard]] OpenedPort listen_at(const ScannerConfig& config);

enum class ConnectState : std::uint8_t { Pending, Connected, Failed };
/// How far begin_connect() has come; `trouble` is set when it failed.
[[nodiscard]] ConnectState connected(const net::OwnedFd& socket, ScannerTrouble& trouble);

struct AcceptedPeer {
  net::OwnedFd socket;  ///< -1: nobody waits
  IpAddress peer;
  int error = 0;  ///< errno that makes it useless to ask again now; 0: none
};
/// The next that waits at a listening socket.
[[nodiscard]] AcceptedPeer accept_at(const net::OwnedFd& listener);
/// Where a listening socket really listens: "0.0.0.0:4002".
[[nodiscard]] std::uint16_t port_of(const net::OwnedFd& listener);

/// What an errno of that kind of scanner means.
[[nodiscard]] ScannerTrouble trouble_of(int error, const ScannerConfig& config);

}  // namespace sealkeep::agent
