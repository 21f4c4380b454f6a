// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/limits.hpp"

namespace sealkeep {

/// A decimal number as C2SP writes it: digits only, no leading zeros, at most limits::kTreeSize. Nothing for
/// any other spelling.
[[nodiscard]] inline std::optional<std::uint64_t> parse_decimal(std::string_view digits) {
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end || value > limits::kTreeSize) return std::nullopt;
  return value;
}

}  // namespace sealkeep
