// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "common/base/bytes.hpp"

namespace sealkeep {

/// Secret bytes in memory that is locked, kept out of core dumps, guarded and wiped on destruction. Moves,
/// never copies, does not print, does not compare except in constant time.
class Secret {
 public:
  /// Takes a copy of the bytes; the caller wipes its own. At most 64 KiB.
  explicit Secret(ByteView bytes);
  ~Secret();
  Secret(Secret&&) noexcept;
  Secret& operator=(Secret&&) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  /// The bytes themselves; the view lives as long as this object and must not be stored, logged or sent.
  [[nodiscard]] ByteView expose() const { return {data_, size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Overwrites memory in a way that the compiler does not remove.
void wipe(std::span<std::uint8_t> memory);

/// Equal length and content, in time that depends on the length alone.
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace sealkeep
