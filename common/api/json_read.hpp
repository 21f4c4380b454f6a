// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "common/cli/value.hpp"

namespace sealkeep::api {

/// One JSON text (RFC 8259, UTF-8) as a Value: whole numbers of an int64 only, at most cli::kValueDepth deep,
/// cli::kValueNodes values, and no object with two members of one name. BadInput `json.malformed` says where
/// and why; nothing partial.
[[nodiscard]] Result<cli::Value> read_json(std::string_view text);

}  // namespace sealkeep::api
