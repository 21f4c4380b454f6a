// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "common/base/bytes.hpp"

namespace sealkeep::cli {

/// The whole file; "-" is stdin. NotFound `cli.no_file`, Refused `cli.file` if it cannot be read, Full
/// `cli.file_too_large` above `max_bytes` (never more than that is held).
[[nodiscard]] Result<Bytes> read_input(const std::string& file, std::size_t max_bytes);

}  // namespace sealkeep::cli
