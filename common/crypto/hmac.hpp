// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/crypto/hash.hpp"
#include "common/crypto/secret.hpp"

namespace sealkeep {

/// HMAC-SHA-256 (RFC 2104) of the parts, one after the other, under a key of any length. Any thread.
[[nodiscard]] Hash hmac_sha256(const Secret& key, std::initializer_list<ByteView> parts);

}  // namespace sealkeep
