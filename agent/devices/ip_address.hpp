// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sealkeep::agent {

/// An IPv4 or IPv6 address. IPv4 is kept as IPv6 does (::ffff:192.0.2.1), so that a peer is the same
/// whichever kind of socket it came to. A value.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  /// "192.0.2.1" or "2001:db8::1"; nullopt for anything else, host names included.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
  [[nodiscard]] static std::optional<IpAddress> of(const sockaddr_storage& peer);
  [[nodiscard]] bool v4() const;
  [[nodiscard]] std::string text() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// An address for a socket call, and its length.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};
[[nodiscard]] SocketAddress socket_address(const IpAddress& address, std::uint16_t port);

/// One address, or all that share its first bits.
struct Network {
  IpAddress address;
  unsigned bits = 128;  ///< of the 128 of IpAddress::bytes

  /// "192.168.1.41", "192.168.1.0/24", "fd00::/8".
  [[nodiscard]] static std::optional<Network> parse(std::string_view text);
  [[nodiscard]] bool holds(const IpAddress& peer) const;
  friend bool operator==(const Network&, const Network&) = default;
};

}  // namespace sealkeep::agent
