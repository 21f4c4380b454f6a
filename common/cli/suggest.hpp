// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace sealkeep::cli {

/// The known name that is nearest to a mistyped one (a letter more, less, other, or two swapped each count 1;
/// at most a third of the length may differ), or empty if none is near.
[[nodiscard]] std::string nearest(std::string_view typed, std::span<const std::string> known);

}  // namespace sealkeep::cli
