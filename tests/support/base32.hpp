// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/bytes.hpp"

namespace sealkeep::test {

/// Reads base32, as an authenticator app does.
inline Bytes from_base32(std::string_view text) {
  Bytes out;
  std::uint32_t held = 0, bits = 0;
  for (const char c : text) {
    held = (held << 5) | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(held >> bits));
    held &= (1U << bits) - 1;
  }
  return out;
}

}  // namespace sealkeep::test
