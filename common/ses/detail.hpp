// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/entry.hpp"

namespace sealkeep::ses {

using Salt = std::array<std::uint8_t, 16>;

/// SHA-256("sealkeep/detail/v1\0" || u8 kind || u64 length || salt || bytes). A fresh salt for each detail
/// and each log, stored and erased with the bytes: after that the commitment tells nobody anything.
[[nodiscard]] Hash commit_detail(DetailKind kind, const Salt& salt, ByteView bytes);

}  // namespace sealkeep::ses
