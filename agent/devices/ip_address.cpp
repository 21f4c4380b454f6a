// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/ip_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace sealkeep::agent {
namespace {

constexpr std::size_t kMappedBytes = 12;
constexpr std::array<std::uint8_t, kMappedBytes> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kLongestText = 45;

IpAddress mapped(const in_addr& v4) {
  IpAddress out;
  std::copy(kMapped.begin(), kMapped.end(), out.bytes.begin());
  std::memcpy(out.bytes.data() + kMappedBytes, &v4, sizeof v4);
  return out;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > kLongestText || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  const std::string name(text);
  in_addr v4{};
  if (inet_pton(AF_INET, name.c_str(), &v4) == 1) return mapped(v4);
  IpAddress out;
  if (inet_pton(AF_INET6, name.c_str(), out.bytes.data()) != 1) return std::nullopt;
  return out;
}

std::optional<IpAddress> IpAddress::of(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &peer, sizeof v4);
    return mapped(v4.sin_addr);
  }
  if (peer.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &peer, sizeof v6);
  IpAddress out;
  std::memcpy(out.bytes.data(), &v6.sin6_addr, out.bytes.size());
  return out;
}

bool IpAddress::v4() const {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

std::string IpAddress::text() const {
  char out[INET6_ADDRSTRLEN] = {};
  const bool four = v4();
  inet_ntop(four ? AF_INET : AF_INET6, bytes.data() + (four ? kMappedBytes : 0), out, sizeof out);
  return out;
}

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress out;
  if (address.v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes.data() + kMappedBytes, sizeof v4.sin_addr);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.length = sizeof v4;
    return out;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&v6.sin6_addr, address.bytes.data(), address.bytes.size());
  std::memcpy(&out.storage, &v6, sizeof v6);
  out.length = sizeof v6;
  return out;
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network out{*address, 128};
  if (slash == std::string_view::npos) return out;
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size() || bits > (address->v4() ? 32u : 128u))
    return std::nullopt;
  out.bits = address->v4() ? bits + 96 : bits;
  return out;
}

bool Network::holds(const IpAddress& peer) const {
  const std::size_t whole = bits / 8;
  if (!std::equal(peer.bytes.begin(), peer.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin()))
    return false;
  if (bits % 8 == 0) return true;
  return ((peer.bytes[whole] ^ address.bytes[whole]) >> (8 - bits % 8)) == 0;
}

}  // namespace sealkeep::agent
