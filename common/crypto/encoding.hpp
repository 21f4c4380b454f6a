// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "common/base/bytes.hpp"

namespace sealkeep {

/// Base64, standard alphabet with padding (RFC 4648 section 4).
[[nodiscard]] std::string base64(ByteView bytes);
/// Strict: no blanks, padding required, unused bits zero. BadInput `base64.malformed` otherwise.
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

/// Base32, capital letters, no padding (RFC 4648 section 6): as authenticator apps take a secret.
[[nodiscard]] std::string base32(ByteView bytes);

/// Lower-case hex, two digits a byte.
[[nodiscard]] std::string hex(ByteView bytes);
/// Either case, an even number of digits. BadInput `hex.malformed` otherwise.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

}  // namespace sealkeep
