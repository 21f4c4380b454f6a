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

/// SHA-256 of bytes that come piece by piece. A value: a copy goes on from where it was copied. Any thread.
class Sha256 {
 public:
  Sha256();
  void add(ByteView bytes);
  /// Of everything added so far; more may follow.
  [[nodiscard]] Hash so_far() const;

 private:
  alignas(8) std::array<std::uint8_t, 128> state_{};  // OpenSSL's own, which no header of the house includes
};

/// BLAKE2b-512 of the parts (RFC 7693), unkeyed. Any thread. Cannot fail.
[[nodiscard]] std::array<std::uint8_t, 64> blake2b_512(std::initializer_list<ByteView> parts);

}  // namespace sealkeep
