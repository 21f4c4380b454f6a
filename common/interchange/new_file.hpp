// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "common/base/bytes.hpp"

namespace sealkeep::interchange {

/// Writes a file that is not there yet, mode 0600, durable on return. Whole or not there under its name. An
/// existing file is never touched: Refused `export.exists`. Refused `export.write` if it cannot be written.
[[nodiscard]] Result<> write_new_file(const std::filesystem::path& path, ByteView bytes);
/// The same as a question, before work is done for it.
[[nodiscard]] Result<> check_new_file(const std::filesystem::path& path);

}  // namespace sealkeep::interchange
