// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "common/base/bytes.hpp"

namespace sealkeep {

/// HOTP (RFC 4226): a code of `digits` decimal digits (6 to 8, asserted) from a shared secret and a counter,
/// by HMAC-SHA-1, which is what every authenticator app has. Any thread.
[[nodiscard]] std::uint32_t hotp(ByteView secret, std::uint64_t counter, int digits = 6);

}  // namespace sealkeep
