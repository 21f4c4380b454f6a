// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <compare>
#include <cstring>
#include <initializer_list>

#include "common/base/bytes.hpp"

namespace sealkeep {

/// A SHA-256 digest. A value: copies, compares, orders.
struct Hash {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Hash&, const Hash&) = default;
  [[nodiscard]] ByteView view() const { return bytes; }
};

/// SHA-256 (FIPS 180-4) of the parts, one after the other. Any thread. Cannot fail.
[[nodiscard]] Hash sha256(std::initializer_list<ByteView> parts);
[[nodiscard]] inline Hash sha256(ByteView bytes) {
  return sha256({bytes});
}

/// BLAKE2b-512 of the parts (RFC 7693), unkeyed. Any thread. Cannot fail.
[[nodiscard]] std::array<std::uint8_t, 64> blake2b_512(std::initializer_list<ByteView> parts);

}  // namespace sealkeep
