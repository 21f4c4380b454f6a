// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sealkeep::cli {

/// Columns that a terminal gives the text, which is well-formed UTF-8 without control characters: wide East
/// Asian characters and emoji take two, combining marks none. Good enough for aligning a table, not Unicode's
/// full rule.
[[nodiscard]] int display_width(std::string_view utf8);

/// The text itself if it takes at most `width` columns, else as many of its characters as leave room for "…".
[[nodiscard]] std::string fitted(std::string_view utf8, int width);

}  // namespace sealkeep::cli
